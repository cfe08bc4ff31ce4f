"""What players pay for."""

from typing import Literal

Plan = Literal["free", "basic", "premium", "vip"]
