"""Supernatural powers."""
