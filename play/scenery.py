"""A described place in the terminal: what one sees there, what it is made of, and what is made ahead."""

from collections import Counter
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = dict[str, Any]


def show(console: Console, document: Json) -> None:
    """The place's own title and words, its parts in a line each, and who is about."""
    parts = {kind: [each for each in document["described"] if each["entity"]["kind"] == kind] for kind in _ORDER}
    for each in parts["place"]:
        console.print(f"[bold green]{_title(each)}[/]", highlight=False)
        _say(console, each, "  ")
    for kind in ("exterior", "space", "poi"):
        for each in parts[kind]:
            console.print(f"  [green]{_title(each)}[/]", highlight=False)
            _say(console, each, "    ")
    for each in parts["npc"]:
        addition = each["addition"]
        what = ", ".join(filter(None, (each["entity"]["kind_of"], addition.get("personality", ""))))
        console.print(f"  [red]{escape(each['entity']['name'])}[/] [dim]{escape(what)}[/]", highlight=False)
        _say(console, each, "    ")


_ORDER = ("place", "exterior", "space", "poi", "npc")


def _title(each: Json) -> str:
    title = each["addition"].get("title") or each["entity"].get("name") or each["entity"]["kind_of"].replace("_", " ")
    return escape(str(title))


def _say(console: Console, each: Json, indent: str) -> None:
    """Words, then what there is to find and to fear."""
    addition = each["addition"]
    if text := addition.get("text"):
        console.print(f"{indent}{escape(text)}", highlight=False)
    for clue in addition.get("clues", ()):
        console.print(f"{indent}[cyan]· {escape(clue['text'])}[/]", highlight=False)
    for hazard in addition.get("hazards", ()):
        console.print(f"{indent}[yellow]! {escape(hazard['text'])}[/]", highlight=False)
    if props := Counter(prop["kind"].replace("_", " ") for prop in each.get("placed", ())):
        told = ", ".join(f"{count} {kind}s" if count > 1 else kind for kind, count in props.items())
        console.print(f"{indent}[dim]{escape(told)}[/]", highlight=False)


def sources(document: Json) -> Counter[str]:
    """How many of the place's entities a model, the cache or the procedural layer described."""
    return Counter(each["made"]["source"] for each in document["described"])


def explain(console: Console, provenance: Json) -> None:
    """Where every part of a place comes from."""
    versions = [f"{name} {version}" for name, version in provenance["generators"].items()]
    told = [f"seed {provenance['seed']}", *versions, f"made anew, its layout is: {provenance['layout']}"]
    console.print(f"  [dim]{escape(' · '.join(told))}[/]", highlight=False)
    table = Table("what", "specialist", "from", "tries", "model", "seed", "prompt", "why", box=None, header_style="dim")
    for each in provenance["entities"]:
        made = each["made"]
        who = " ".join(filter(None, (made.get("rung"), made.get("endpoint"), made.get("adapter"))))
        cells = (each["title"] or each["kind_of"], made["specialist"], made["source"], made["attempts"], who)
        prompt = (made.get("prompt_hash") or "")[:8]
        table.add_row(*(escape(str(cell)) for cell in (*cells, made["seed"], prompt, made.get("reason") or "")))
    console.print(table)


def show_schedule(console: Console, schedule: Json) -> None:
    """What is being made ahead, in a line each and with its reasons."""
    for begun in schedule["begun"]:
        why = ", ".join(f"{reason['kind']} {reason['points']:+d}" for reason in begun["reasons"])
        console.print(f"   [dim]made ahead: {escape(begun['name'])} ({why})[/]", highlight=False)
    for canceled in schedule["canceled"]:
        console.print(f"   [dim]given up: {escape(canceled['name'])} ({canceled['why']})[/]", highlight=False)
