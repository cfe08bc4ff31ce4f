"""The start-up check: the pinned MiniStack, with every private name that the patches rely on."""

import importlib
import inspect
from collections.abc import Iterable
from importlib.metadata import version

VERSION = "1.5.33"


class PatchTargetMissing(RuntimeError):
    """MiniStack is not the version that the patches were written for."""


def assert_targets(targets: Iterable[str]) -> None:
    """Check `module:name` and `module:function(parameters)` targets; raises PatchTargetMissing naming every fault."""
    installed = version("ministack")
    faults = [] if installed == VERSION else [f"version {installed} is installed, the patches are for {VERSION}"]
    faults += [fault for target in targets if (fault := _fault(target))]
    if faults:
        raise PatchTargetMissing("MiniStack does not fit the local cloud's patches: " + "; ".join(faults))


def _fault(target: str) -> str | None:
    module_name, _, name = target.partition(":")
    name, _, expected = name.partition("(")
    found = importlib.import_module(module_name)
    for part in name.split("."):
        if not hasattr(found, part):
            return f"{target} is gone"
        found = getattr(found, part)
    if expected:
        actual = ", ".join(inspect.signature(found).parameters)  # type: ignore[arg-type]
        if actual != expected.removesuffix(")"):
            return f"{target} now takes ({actual})"
    return None
