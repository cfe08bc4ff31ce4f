"""`make cost` and `make prices`: what is printed and written, the ledger beside the model, bad input."""

import gzip
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from bodybroker.kernel import configuration
from bodybroker.models import cost_settings, prices
from bodybroker.models.cost_model import Scenario
from bodybroker.models.cost_settings import PLANS
from bodybroker.models.ledger import Entry
from bodybroker.models.player_day import JobUse, PlayerDay
from bodybroker.models.usage import Usage
from matplotlib.image import imread

from scripts import prices as price_list
from scripts.cost import __main__ as command
from scripts.cost import actual, sections
from tests.unit.cost.conftest import plan_use

NANO = 10**9
PLOTS = ("plans", "references", "sensitivity", "fleet")


@pytest.fixture
def day(tmp_path):
    """A measurement on disk."""

    def write(hours="2.5", setup=None, **jobs):
        talk = {"line": JobUse(150, 45_000, 40_000, 0, 4000), "acts": JobUse(150, 60_000, 50_000, 0, 3600)}
        measured = PlayerDay(
            7,
            Decimal(hours),
            "a tokenizer",
            "procedural",
            setup or cost_settings.load().setup(),
            dict.fromkeys(PLANS, plan_use(**(jobs or talk))),
        )
        path = tmp_path / "day.json"
        path.write_bytes(msgspec.json.encode(measured))
        return path

    return write


def entry(number, plan="basic", player="p1", at="2026-11-23T20:00:00.000Z", **more):
    fields = {
        "call_id": f"call-{number}",
        "at": at,
        "player": player,
        "plan": plan,
        "world": None,
        "job": "line",
        "layer": 3,
        "tier": "gold",
        "model": "gold",
        "adapter": None,
        "verdict": "answered",
        "usage": {"prompt_tokens": 300, "cached_tokens": 200, "completion_tokens": 20},
        "cost_nanodollars": 16_000,
        "charged_nanodollars": 16_000,
        "latency_ms": 400,
    }
    return fields | more


def lines(*entries):
    return "".join(json.dumps(fields) + "\n" for fields in entries).encode()


def run(capsys, *arguments):
    status = command.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_report_and_its_plots(day, tmp_path, capsys):
    out = tmp_path / "cost"
    status, printed, _ = run(capsys, "--day", day(), "--out", out)
    assert status == 0
    report = (out / "report.md").read_text()
    for part in (
        "The hybrid: dollars",
        "beside cloud-only",
        "Hidden reasoning",
        "Break-even",
        "GPU use",
        "Sensitivity",
    ):
        assert part in report and part in printed
    for name in PLOTS:
        assert f"({name}.png)" in report
        picture = imread(out / f"{name}.png")
        assert picture.shape[0] > 300 and picture.shape[1] > 600 and len({*picture[..., :3].reshape(-1).tolist()}) > 20
    run(capsys, "--day", day(), "--out", tmp_path / "again")
    assert (tmp_path / "again" / "report.md").read_text() == report


def test_what_is_measured_and_what_is_assumed_is_told(day, tmp_path, capsys):
    _, printed, _ = run(capsys, "--day", day(), "--out", tmp_path)
    rows = [line for line in printed.splitlines() if "│" in line]
    told = {job: next(row for row in rows if f"│ {job} " in row) for job in ("line", "acts", "bark", "direction")}
    assert all("measured: a tokenizer's tokens, procedural answers, seed 7" in told[job] for job in ("line", "acts"))
    assert all("assumed: configs/cost.yaml" in told[job] for job in ("bark", "direction"))
    assert "gold" in printed.split("recalled, estimated or uncertain:")[1].splitlines()[0]


def test_a_measurement_of_other_settings_is_told(day, settings, tmp_path, capsys):
    assert "measures again" not in run(capsys, "--day", day(), "--out", tmp_path)[1]
    other = settings().setup()  # another prefix cache than the shipped one
    assert settings(hours_per_day=5).setup() == other
    assert "measures again" in run(capsys, "--day", day(setup=other), "--out", tmp_path)[1]


def test_the_verdicts_follow_the_numbers(model):
    cost = model()
    table = sections.against_cloud(cost)
    aim = cost.settings.aim_percent
    assert len(table.rows) == len(PLANS) * 3 * 2
    for plan, reference, cache, *_, output, _, verdict, _, _, _ in table.rows:
        kind, name = reference.split(": ")
        cloud = cost.day(plan, Scenario(name, content_cache=cache == "yes")).total
        hybrid = cost.day(plan).total
        assert Decimal(output) == round(Decimal(hybrid) / NANO, 4)
        if hybrid > cloud:
            assert verdict == "cloud-only is cheaper"
        elif kind == "frontier":
            assert verdict == ("aim met" if hybrid * 100 <= aim * cloud else "aim missed")
    verdicts = {row[6] for row in table.rows}
    assert {"aim met", "aim missed", "cloud-only is cheaper"} <= verdicts
    assert any("cheaper than the hybrid" in note for note in table.notes)


def test_the_strongest_input_comes_first(model):
    swings = sections.swings(model())
    sizes = [max(abs(half), abs(twice)) for _, half, twice in swings]
    assert sizes == sorted(sizes, reverse=True) and swings[0][0] == "hours"
    assert all(half * twice <= 0 for _, half, twice in swings)


def test_bands_are_judged(model, settings):
    low = configuration.load("cost")["bands"] | {
        "basic": {"low": 0, "high": 0.01},
        "premium": {"low": 0, "high": 9},
    }
    rows = {row[0]: row[-1] for row in sections.by_plan(model(chosen=settings(bands=low))).rows}
    assert rows == {"free": "below the band", "basic": "above the band", "premium": "in the band", "vip": ""}


# The ledger


def test_the_ledger_to_the_last_nanodollar(model, tmp_path):
    (tmp_path / "dt=2026-11-23").mkdir()
    hedge = entry(3, verdict="hedged", charged_nanodollars=0, cost_nanodollars=9_001)
    (tmp_path / "dt=2026-11-23" / "00.jsonl.gz").write_bytes(gzip.compress(lines(entry(1), entry(2), hedge)))
    later = entry(4, at="2026-11-24T03:00:00+05:00", player="p1")  # still the 23rd
    other = entry(5, player="p2", layer=4, cost_nanodollars=5_000_000, charged_nanodollars=5_000_000)
    (tmp_path / "more.jsonl").write_bytes(lines(entry(1), later, other) + b"\n" + lines(entry(6, plan="free")))
    entries = actual.read(tmp_path)
    assert len(entries) == 6
    assert actual.player_days(entries) == {"free": 1, "basic": 2, "premium": 0, "vip": 0}
    spent = actual.by_layer(entries)
    assert spent["basic", 3] == actual.Spent(4, 4 * 320, 3 * 16_000 + 9_001, 3 * 16_000)
    assert sum(part.cost for part in spent.values()) == sum(one.cost_nanodollars for one in entries)
    rows = actual.table(model(), entries).rows
    basic = next(row for row in rows if row[:2] == ["basic", "3 dialogue"])
    assert basic[5] == f"{Decimal(57_001) / 2 / NANO:.6f}"
    assert basic[7] == f"{Decimal(sum(model().day('basic').jobs[job] for job in ('line',))) / NANO:.6f}"


def test_an_entry_that_the_game_writes_is_read(tmp_path):
    usage = Usage(1, 0, 1)
    at = datetime(2026, 11, 23, tzinfo=UTC).isoformat()
    written = Entry("c", at, "p", "vip", "w", "line", 3, "cloud", "m", None, "late", usage, 5, 0, 7)
    path = tmp_path / "x.jsonl"
    path.write_bytes(msgspec.json.encode(written))
    assert actual.read(path) == [written]


def test_the_command_prints_the_ledger(day, tmp_path, capsys):
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_bytes(lines(entry(1), entry(2, player="p2")))
    status, printed, _ = run(capsys, "--day", day(), "--out", tmp_path / "o", "--ledger", ledger)
    assert status == 0 and "2 entries, 0.000032000 dollars" in printed
    assert "The ledger" in (tmp_path / "o" / "report.md").read_text()


def test_every_bad_line_of_a_ledger_is_told(day, tmp_path, capsys):
    ledger = tmp_path / "ledger"
    ledger.mkdir()
    (ledger / "a.jsonl").write_bytes(lines(entry(1)) + b"\n{nonsense\n" + lines(entry(2, layer="three")))
    (ledger / "b.jsonl").write_bytes(lines(entry(3, at="yesterday"), entry(4, plan="gold")) + b"\xff\n")
    (ledger / "c.jsonl.gz").write_bytes(gzip.compress(lines(entry(5)))[:-12])
    status, _, told = run(capsys, "--day", day(), "--out", tmp_path / "o", "--ledger", ledger)
    assert status == 1 and not (tmp_path / "o").exists()
    places = ("a.jsonl:3:", "a.jsonl:4:", "b.jsonl:1:", "b.jsonl:2:", "b.jsonl:3:", "c.jsonl.gz:")
    assert all(place in told for place in places) and "a.jsonl:1:" not in told


@pytest.mark.parametrize("place", ["nowhere.jsonl", "empty"])
def test_a_ledger_that_is_not_there(day, tmp_path, capsys, place):
    (tmp_path / "empty").mkdir()
    status, _, told = run(capsys, "--day", day(), "--out", tmp_path / "o", "--ledger", tmp_path / place)
    assert status == 1 and place in told


# Bad input


def test_a_day_that_is_missing_or_bad(day, tmp_path, capsys):
    status, _, told = run(capsys, "--day", tmp_path / "none.json", "--out", tmp_path)
    assert status == 1 and "make player-day" in told
    status, _, told = run(capsys, "--day", day(hours="0"), "--out", tmp_path)
    assert status == 1 and "no hours" in told
    (tmp_path / "day.json").write_text('{"seed": "one"}')
    assert run(capsys, "--day", tmp_path / "day.json", "--out", tmp_path)[0] == 1


def test_an_unknown_job_in_the_measurement(day, tmp_path, capsys):
    status, _, told = run(capsys, "--day", day(ballad=JobUse(1, 1, 0, 0, 1), ode=JobUse()), "--out", tmp_path)
    assert status == 1 and "'ballad'" in told and "'ode'" in told


# Prices


def test_prices_are_listed_with_those_too_old(capsys):
    newest = max(price.as_of for price in prices.load().values())
    assert price_list.main([], today=newest) == 0
    fresh = capsys.readouterr().out
    assert all(name in fresh for name in ("gpt-6.1-sol", "lambda_requests", "ml.g6.xlarge", "assumed"))
    far = date(newest.year + 1, 12, 31)
    assert price_list.main([], today=far) == 0 and price_list.main(["--strict"], today=far) == 1
    assert "too old: gold" in capsys.readouterr().out


def test_bad_prices_are_told(monkeypatch, capsys):
    prices.book.cache_clear()
    monkeypatch.setattr(configuration, "load", lambda name: {"tokens": {}})
    assert price_list.main([]) == 1
    assert "services" in capsys.readouterr().err
    prices.book.cache_clear()
