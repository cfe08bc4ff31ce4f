"""Which instance holds which latency, and what its tokens cost: ``make sizing``, from configs/instances.yaml.

Four tables: the roofline of one token per model, format and GPU; every configuration of a tier against the target; the
configurations that are deployed (cdk.json); and what others measured, which the roofline must allow.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bodybroker.models import prices, roofline, sizing
from bodybroker.models.roofline import Format, Instances, Target
from bodybroker.models.sizing import Size
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SHOWN = 12
"""Configurations per tier, unless all are asked for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables; status 1 when the configuration is bad, or a measurement is marked wrongly."""
    try:
        known = roofline.load()
        services = prices.book().services
    except ValidationError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    options = _options(arguments)
    everything = options.pop("all")
    targets = {tier: known.target_of(tier, **options) for tier in known.tiers}
    hours = {name: services[name].usd for name in known.instances if name in services}
    console = Console(width=170)
    console.print(_rooflines(known))
    for tier, target in targets.items():
        _show_tier(console, known, hours, target, tier, None if everything else SHOWN)
    console.print(_deployed(known, hours, targets))
    table, wrong_marks = _measurements(known)
    console.print(table)
    for fault in wrong_marks:
        console.print(fault)
    return 1 if wrong_marks else 0


def _options(arguments: Sequence[str] | None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="make sizing", description="What to ask of every tier, where not its own.")
    for name in Target.model_fields:
        kind = int if name.endswith(("tokens", "percent")) else float
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=argparse.SUPPRESS)
    parser.add_argument("--all", action="store_true", help="every configuration, also those that miss the target")
    return vars(parser.parse_args(arguments))


def _rooflines(known: Instances) -> Table:
    named = {model for tier in known.tiers.values() for model in tier.models}
    gpus = {machine.gpu for machine in known.instances.values()} | {"A100-80"}
    shown = [name for name in known.gpus if name in gpus]
    formats = " / ".join(known.formats)
    table = Table("model", *shown, title=f"Roofline: least ms per token at one request, {formats}, one GPU")
    for name in (model for model in known.models if model in named):
        cells = []
        for gpu in shown:
            hostings = [known.hosting(name, format, gpu) for format in known.formats]
            cells.append(" / ".join(f"{hosting.token_ms():.1f}" for hosting in hostings))
        table.add_row(name, *cells)
    return table


COLUMNS = ("GPUs", "batch", "ms/token", "alone", "roofline", "1st token", "uncached", "tokens/s", "$/h")


def _cells(size: Size, use_percent: int) -> tuple[str, ...]:
    return (
        f"{size.gpus} x {size.copies}",
        str(size.batch),
        f"{size.token_ms:.1f}",
        f"{size.alone_ms:.1f}",
        f"{size.roofline_ms:.1f}",
        f"{size.first_token_ms:.0f}",
        f"{size.cold_first_token_ms:.0f}",
        f"{size.tokens_per_s:,.0f}",
        f"{size.hour_usd:.2f}",
        f"{size.million_usd(use_percent):.2f}",
    )


def _show_tier(
    console: Console, known: Instances, hours: Mapping[str, Decimal], target: Target, tier: str, shown: int | None
) -> None:
    found = list(sizing.sizes(known, dict(hours), target, tier))
    fitting = [one for one in found if isinstance(one, Size)]
    holding = [one for one in fitting if one.holds(target)]
    title = (
        f"{tier}: at most {target.token_ms:g} ms between tokens and {target.first_token_ms:g} ms to the first; prompts "
        f"of {target.prompt_tokens}, {target.cached_percent} % cached, answers of {target.answer_tokens} tokens"
    )
    price = f"$/1M at {target.use_percent} %"
    table = Table("model", "format", "instance", *COLUMNS, price, "holds", title=title)
    rows = fitting if shown is None else holding
    for one in sorted(rows, key=lambda one: (not one.holds(target), one.million_usd(100)))[:shown]:
        holds = "yes" if one.holds(target) else ""
        table.add_row(one.model, one.format, one.instance, *_cells(one, target.use_percent), holds)
    best = sizing.cheapest(fitting, target)
    console.print(table)
    console.print(
        f"{len(holding)} of {len(found)} hold it, {len(fitting) - len(holding)} miss it, "
        f"{len(found) - len(fitting)} do not fit; the cheapest: {_name(best) if best else 'none'}\n"
    )


def _name(one: Size) -> str:
    return f"{one.model} {one.format} on {one.instance}"


@dataclass(frozen=True)
class Deployed:
    """A tier as cdk.json deploys it."""

    tier: str
    model: str
    format: Format
    instance: str


def deployed(known: Instances, context: Mapping[str, object]) -> list[Deployed]:
    """Every tier's configuration by cdk.json's context; unknown weights go by their own name."""
    models = {hub: name for name, model in known.models.items() for hub in model.hub}
    found = []
    for tier in known.tiers:
        weights = _properties(tier, str(context[f"bodybroker:{tier}_serving"]))["option.model_id"]
        format: Format = "int4" if weights.endswith("AWQ") else "fp8"
        found.append(
            Deployed(tier, models.get(weights, weights), format, str(context[f"bodybroker:{tier}_instance_type"]))
        )
    return found


def _properties(tier: str, option: str) -> dict[str, str]:
    folder = ROOT / "sagemaker_endpoints" / tier
    paths = [folder / "serving.properties", *([folder / f"{option}.properties"] if option != "vllm" else [])]
    lines = [line for path in paths for line in path.read_text("utf-8").splitlines() if "=" in line and line[0] != "#"]
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def _deployed(known: Instances, hours: Mapping[str, Decimal], targets: Mapping[str, Target]) -> Table:
    context = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    table = Table("tier", "model", "format", "instance", *COLUMNS, "$/1M", "holds", title="As cdk.json deploys it")
    for one in deployed(known, context):
        target = targets[one.tier]
        if one.instance not in hours or one.model not in known.models:
            table.add_row(one.tier, one.model, one.format, one.instance, "unknown model, instance or price")
            continue
        size = sizing.size(known, target, one.model, one.format, one.instance, hours[one.instance])
        cells = _cells(size, target.use_percent) if isinstance(size, Size) else ("does not fit",)
        holds = "yes" if isinstance(size, Size) and size.holds(target) else ""
        table.add_row(one.tier, one.model, one.format, one.instance, *cells, holds)
    return table


def _measurements(known: Instances) -> tuple[Table, list[str]]:
    title = "What others measured, beside the roofline that none may beat"
    table = Table("by", "model", "format", "GPUs", "batch", "figure", "measured", "roofline", "reached", title=title)
    faults = []
    for one in known.published:
        hosting = known.of(one)
        figure = next(name for name in ("token_ms", "first_token_ms", "tokens_per_s") if getattr(one, name) is not None)
        measured, bound = getattr(one, figure), roofline.bound(hosting, one)
        possible = roofline.possible(hosting, one)
        reached = measured / bound if figure == "tokens_per_s" else bound / measured
        where = (f"{one.gpus} x {one.gpu}", str(one.batch), figure)
        verdict = f"{reached:.0%}" if possible else f"{reached:.0%}: impossible"
        table.add_row(one.by, one.model, one.format, *where, f"{measured:,.2f}", f"{bound:,.2f}", verdict)
        if possible != one.credible:
            faults.append(f"{one.by}, {one.model}: credible is {one.credible}, the roofline says {possible}")
    return table, faults


if __name__ == "__main__":
    sys.exit(main())
