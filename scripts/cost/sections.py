"""What a player-day costs: by plan, beside the owner's bands, beside cloud-only, and what it depends on."""

from collections.abc import Iterator
from decimal import Decimal

from bodybroker.kernel.plans import Plan
from bodybroker.models.cost_model import Basis, CostModel, Scenario
from bodybroker.models.cost_settings import PLANS
from bodybroker.models.player_day import PlayerDay
from bodybroker.models.prices import NANO

from scripts.cost.tables import Table, dollars, percent

LAYERS = {
    1: "1 base",
    2: "2 customization",
    3: "3 dialogue",
    4: "4 direction",
    0: "safety and services",
}
SUBSCRIBER: Plan = "basic"
BASES: tuple[Basis, ...] = ("output", "all")
HALF, TWICE = Decimal("0.5"), Decimal(2)


def where_numbers_come_from(model: CostModel, found: PlayerDay) -> Table:
    """Which inputs are measured and which assumed."""
    spoken = f"measured: {found.tokenizer}'s tokens, {found.answers} answers, seed {found.seed}"
    rows = []
    for load in model.loads(SUBSCRIBER):
        amounts = [f"{amount:,.0f}" for amount in (load.calls, load.prompt, load.hosted_cached, load.completion)]
        source = spoken if load.measured else "assumed: configs/cost.yaml"
        rows.append([LAYERS[load.layer] if load.layer else "safety", load.job, *amounts, source])
    use = model.measured[SUBSCRIBER]
    did = (
        f"{use.commands / use.days:,.0f} commands, {use.looks / use.days:,.0f} looks, {use.turns / use.days:,.0f} turns"
    )
    guessed = sorted(
        [name for name, price in model.prices.tokens.items() if price.assumed]
        + [name for name, rate in model.prices.services.items() if rate.assumed]
    )
    remeasure = (
        "measured under another pace or prefix cache than configs/cost.yaml has: `make player-day` measures again"
    )
    return Table(
        f"Model calls of a subscriber's day of {model.settings.hours_per_day} hours, before the content cache",
        ("layer", "job", "calls", "tokens read", "of them cached", "tokens written", "source"),
        rows,
        (
            f"measured on {use.days} bots' days of {found.hours_per_day} hours, each: {did}",
            "measured with them: requests, bytes, database units and CPU time of functions",
            "assumed besides: services_per_hour, lambda, keep_months and always_on of configs/cost.yaml",
            f"prices that are recalled, estimated or uncertain: {', '.join(guessed)}",
            *([] if found.setup == model.settings.setup() else [remeasure]),
        ),
    )


def by_plan(model: CostModel) -> Table:
    """The hybrid, by plan and layer."""
    rows, notes = [], []
    for plan in PLANS:
        day, band = model.day(plan), model.settings.bands.get(plan)
        layers = [dollars(day.of_layer(layer)) for layer in LAYERS]
        wanted = f"{band.low} to {band.high}" if band else "-"
        an_hour = day.total / model.settings.hours_per_day
        rows.append([plan, *layers, dollars(day.total), dollars(an_hour), wanted, _in_band(model, plan, day.total)])
        if plan == SUBSCRIBER:
            parts = sorted({**day.jobs, **day.services}.items(), key=lambda part: -part[1])
            notes.append(f"{plan}, by part: " + ", ".join(f"{name} {dollars(cost)}" for name, cost in parts))
    columns = ("plan", *LAYERS.values(), "a player-day", "a player-hour", "owner's band", "")
    return Table("The hybrid: dollars of a player-day", columns, rows, notes)


def _in_band(model: CostModel, plan: Plan, total: int) -> str:
    band = model.settings.bands.get(plan)
    if band is None:
        return ""
    if total > band.high * NANO:
        return "above the band"
    return "below the band" if total < band.low * NANO else "in the band"


def against_cloud(model: CostModel) -> Table:
    """The hybrid beside cloud-only under the three references."""
    rows, notes = [], []
    references = model.settings.references
    for plan in PLANS:
        for kind, name in references.model_dump().items():
            for cached in (False, True):
                cloud = model.day(plan, Scenario(name, content_cache=cached)).total
                said = [plan, f"{kind}: {name}", "yes" if cached else "no", dollars(cloud)]
                for basis in BASES:
                    hybrid = model.day(plan, Scenario(basis=basis)).total
                    said += [dollars(hybrid), percent(hybrid, cloud), _verdict(model, kind, hybrid, cloud)]
                rows.append(said)
    aim = model.settings.aim_percent
    notes.append(f"aim: the hybrid at {aim} % of cloud-only or less where the reference is a frontier model")
    notes += _cheaper_than_ours(model)
    notes.append("output: a price of our own endpoints counts written tokens; all: it counts read ones as well")
    notes.append(
        "in cloud-only a model makes layer 1 too, which is code in the hybrid; moderation stays on a small model"
    )
    columns = ("plan", "cloud-only on", "content cache", "cloud-only", "hybrid, output", "share", "")
    return Table(
        "The hybrid beside cloud-only: dollars of a player-day", (*columns, "hybrid, all", "share", ""), rows, notes
    )


def _verdict(model: CostModel, kind: str, hybrid: int, cloud: int) -> str:
    if hybrid > cloud:
        return "cloud-only is cheaper"
    if kind != "frontier":
        return ""
    return "aim met" if hybrid * 100 <= cloud * model.settings.aim_percent else "aim missed"


def _cheaper_than_ours(model: CostModel) -> Iterator[str]:
    """The honest line: where nobody saves by running models of their own."""
    kinds = model.settings.references.model_dump()
    for kind, name in kinds.items():
        plans = [plan for plan in PLANS if model.day(plan).total > model.day(plan, Scenario(name)).total]
        if plans:
            yield f"not saved: cloud-only on the {kind} model {name} is cheaper than the hybrid for {', '.join(plans)}"


def other_models(model: CostModel) -> Table:
    """Cloud-only on every other model that somebody asks about."""
    settings = model.settings
    names = dict.fromkeys((*settings.references.model_dump().values(), *settings.also))
    rows = []
    for name in names:
        bare, cached = (model.day(SUBSCRIBER, Scenario(name, content_cache=kept)).total for kept in (False, True))
        hybrid = model.day(SUBSCRIBER).total
        rows.append([name, dollars(bare), percent(hybrid, bare), dollars(cached), percent(hybrid, cached)])
    columns = ("cloud-only on", "no content cache", "hybrid's share", "with content cache", "hybrid's share")
    return Table("A subscriber's day on other models: dollars", columns, rows)


def reasoning(model: CostModel) -> Table:
    """What hidden reasoning tokens do."""
    frontier = model.settings.references.frontier
    rows = []
    for tokens in model.settings.reasoning_tokens:
        cloud = model.day(SUBSCRIBER, Scenario(frontier, reasoning=tokens)).total
        hybrid = model.day(SUBSCRIBER, Scenario(reasoning=tokens)).total
        rows.append([str(tokens), dollars(cloud), dollars(hybrid), percent(hybrid, cloud)])
    columns = ("hidden tokens a cloud call", f"cloud-only on {frontier}", "hybrid", "share")
    return Table("Hidden reasoning: dollars of a subscriber's day", columns, rows)


def swings(model: CostModel, plan: Plan = SUBSCRIBER) -> list[tuple[str, Decimal, Decimal]]:
    """How much the hybrid's cost changes, in per cent, when an input is halved and doubled; the strongest first."""
    base = model.day(plan).total
    found = []
    for name in model.factor_names(plan):
        half, twice = (
            (Decimal(model.day(plan, factors={name: factor}).total) / base - 1) * 100 for factor in (HALF, TWICE)
        )
        if half or twice:
            found.append((name, half, twice))
    return sorted(found, key=lambda swing: (-max(abs(swing[1]), abs(swing[2])), swing[0]))


def sensitivity(model: CostModel) -> Table:
    """The tornado as a table."""
    rows = [[name, f"{half:+.1f} %", f"{twice:+.1f} %"] for name, half, twice in swings(model)]
    return Table("Sensitivity of a subscriber's day: each input halved and doubled", ("input", "x 0.5", "x 2"), rows)
