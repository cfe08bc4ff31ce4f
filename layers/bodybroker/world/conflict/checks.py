"""The rules that forbid its commands."""

from bodybroker.world.base import Check

CHECKS: dict[type, Check] = {}
