"""Measure simulated player-days: ``python -m scripts.player_day --seed 1``, which writes build/player_day.json."""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from pathlib import Path

import msgspec
from bodybroker.kernel.plans import Plan
from bodybroker.kernel.random import Stream
from bodybroker.models import cost_settings
from bodybroker.models.cost_settings import PLANS, CostSettings
from bodybroker.models.player_day import FunctionUse, JobUse, PlanUse, PlayerDay

from scripts.player_day.day import Day
from scripts.player_day.speakers import Procedural, Served, Speaker
from scripts.player_day.tokenizer import MODEL, NoVocabulary, Tokenizer, packaged

OUT = Path(__file__).parents[2] / "build" / "player_day.json"


def measure(
    seed: int, plan: Plan, settings: CostSettings, tokenizer: Tokenizer, speaker: Speaker | None = None
) -> PlanUse:
    """One day of each style under a plan, added up. Without a `speaker` the procedural layer speaks."""
    days = (
        live(seed + number, style, plan, settings, tokenizer, speaker)
        for number, style in enumerate(settings.pace.styles)
    )
    return reduce(add, days)


def live(
    seed: int, style: str, plan: Plan, settings: CostSettings, tokenizer: Tokenizer, speaker: Speaker | None
) -> PlanUse:
    """One day."""
    day = Day(seed, style, plan, settings, tokenizer, speaker or Procedural(Stream(seed, "acts")))
    day.play()
    return day.use()


def measure_all(seed: int, plans: Sequence[Plan], settings: CostSettings) -> dict[str, PlanUse]:
    """The plans' days, side by side; plans of the same pace live the same days, which are lived once."""
    turns = settings.pace.turns_per_hour
    first = {turns.of(plan): plan for plan in reversed(plans)}
    with ProcessPoolExecutor() as pool:
        days = {
            plan: [pool.submit(_live, seed + n, style, plan, settings) for n, style in enumerate(settings.pace.styles)]
            for plan in first.values()
        }
        used = {plan: reduce(add, (day.result() for day in running)) for plan, running in days.items()}
    return {plan: used[first[turns.of(plan)]] for plan in plans}


def _live(seed: int, style: str, plan: Plan, settings: CostSettings) -> PlanUse:
    return live(seed, style, plan, settings, Tokenizer(packaged()), None)


def add(one: PlanUse, other: PlanUse) -> PlanUse:
    """Two plans' days together."""
    return PlanUse(
        one.days + other.days,
        one.commands + other.commands,
        one.refusals + other.refusals,
        one.looks + other.looks,
        one.encounters + other.encounters,
        one.turns + other.turns,
        {
            job: one.jobs.get(job, JobUse()) + other.jobs.get(job, JobUse())
            for job in sorted(one.jobs.keys() | other.jobs.keys())
        },
        {
            name: one.functions.get(name, FunctionUse()) + other.functions.get(name, FunctionUse())
            for name in sorted(one.functions.keys() | other.functions.keys())
        },
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays, writes, prints; status 2 when there is no vocabulary to count with."""
    parser = argparse.ArgumentParser(prog="make player-day")
    parser.add_argument("--seed", type=int, default=1, help="of the first bot; the others count on from it")
    parser.add_argument("--plan", choices=PLANS, action="append", help="measure only these plans")
    parser.add_argument("--hours", help="hours of the day, in place of configs/cost.yaml's")
    parser.add_argument("--server", default="", help="let the model behind this URL speak, not the procedural layer")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    settings = cost_settings.load()
    if options.hours:
        settings = CostSettings.model_validate(settings.model_dump(by_alias=True) | {"hours_per_day": options.hours})
    try:
        tokenizer = Tokenizer(packaged())
    except NoVocabulary as missing:
        print(missing, file=sys.stderr)
        return 2
    speaker = Served(options.server) if options.server else None
    asked: Sequence[Plan] = options.plan or PLANS
    if speaker is None:
        plans = measure_all(options.seed, asked, settings)
    else:  # one model, one conversation after the other
        plans = {plan: measure(options.seed, plan, settings, tokenizer, speaker) for plan in asked}
    answers = speaker.name if speaker else Procedural.name
    found = PlayerDay(options.seed, settings.hours_per_day, MODEL, answers, settings.setup(), plans)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    for plan, use in plans.items():
        print(
            f"{plan}: {use.days} days, {use.commands} commands ({use.refusals} refused), {use.looks} looks, "
            f"{use.encounters} encounters, {use.turns} turns; "
            + "; ".join(f"{job} {tokens.prompt}+{tokens.completion} tokens" for job, tokens in use.jobs.items())
        )
    print(f"written: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
