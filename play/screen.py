"""What the player sees in the terminal."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from play.sse import ServerEvent
from play.summary import Turn

Json = dict[str, Any]


def dollars(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def show_place(console: Console, view: Json) -> None:
    player, time, place = view["player"], view["time"], view["place"]
    console.rule(f"[bold]{place['name']}[/] · {view['district']} · {view['difficulty']}", align="left")
    console.print(
        f"Day {time['day']}, {time['clock']} ({time['phase']}) · {dollars(player['money_cents'])} · "
        f"heat {player['heat']} · health {player['health']} · bag {len(player['inventory'])}/{player['bag_size']}"
    )
    if player["inventory"]:
        console.print("In the bag: " + ", ".join(f"{item['part']} ({item['quality']})" for item in player["inventory"]))
    for npc in view["npcs"]:
        show_npc(console, npc)


SHOWN_ELSEWHERE = frozenset(
    {"version", "district", "difficulty", "time", "player", "place", "npcs", "market", "actions"}
)


def show_standing(console: Console, view: Json) -> None:
    """Every other section of the view: the lab, powers, houses, the empire and so on, as an outline."""
    for name, section in view.items():
        if name not in SHOWN_ELSEWHERE and section:
            tree = Tree(f"[bold]{name}[/]")
            _grow(tree, section)
            console.print(tree)


def _grow(tree: Tree, value: Any) -> None:
    """Adds plain data to a tree; ids stay out of sight."""
    if isinstance(value, list):
        for entry in value:
            _grow(tree.add(_label(entry)) if isinstance(entry, dict) else tree, entry)
    elif isinstance(value, dict):
        plain = {key: inner for key, inner in value.items() if not isinstance(inner, dict | list)}
        words = [_value(key, inner) for key, inner in plain.items() if not key.endswith("_id") and inner is not None]
        if words:
            tree.add(escape(" · ".join(words)))
        for key, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                _grow(tree.add(key.replace("_", " ")), inner)
    else:
        tree.add(escape(str(value)))


def _label(entry: Json) -> str:
    return escape(str(entry.get("name") or entry.get("title") or entry.get("kind") or entry.get("part") or "one"))


def show_npc(console: Console, npc: Json) -> None:
    offer = npc["offer"]
    standing = f"; offers {dollars(offer['price_cents'])} for a {offer['part']}" if offer else ""
    console.print(f"[red]{npc['name']}[/], {npc['race']}, {npc['mood']}, wants {', '.join(npc['wants'])}{standing}")


def show_events(console: Console, events: list[Json], view: Json) -> None:
    for event in events:
        console.print(f"   [dim]{event['seq']:>3}[/] {_told(event['event'])}")
    player = view["player"]
    console.print(f"   [dim]{view['time']['clock']} · {dollars(player['money_cents'])} · heat {player['heat']}[/]")


def show_history(console: Console, events: list[Json]) -> None:
    for event in events:
        console.print(f"   [dim]{event['seq']:>3} {event['recorded_at'][:19]}[/] {_told(event['event'])}")


def show_said(console: Console, text: str, npc: Json, intent: Json | None = None) -> None:
    done = f" [dim]({escape(_intended(intent))})[/]" if intent else ""
    console.print(f"   [cyan]You:[/] {escape(text)}{done}")
    console.print(f"   [red]{npc['name']}:[/] ", end="")


def _intended(intent: Json) -> str:
    """What the player does besides talking, in words; ids stay out of sight."""
    words = [_value(key, value) for key, value in intent.items() if key not in ("type", "subject", "claim")]
    claim = intent.get("claim", {})
    return ", ".join([intent["type"].replace("_", " "), *words, *filter(None, [claim.get("predicate", "")])])


def show_stream(console: Console, event: ServerEvent) -> None:
    """A streamed event of a turn, as it arrives."""
    if event.name == "token":
        console.print(escape(event.data["text"]), end="", highlight=False, soft_wrap=True)
    elif event.name == "cut":
        console.print(f"[dim]— ({event.data['reason']})[/] ", end="")


def show_turn_end(console: Console, turn: Turn) -> None:
    console.print()
    for act in turn.acts:
        console.print(f"   [yellow]{_told(act)}[/]")
    console.print(
        f"   [dim]{turn.source}, first token {turn.first_token_ms:.0f} ms, "
        f"{turn.usage['completion_tokens']} tokens, {turn.usage['cached_tokens']} cached[/]"
    )


def _told(event: Json) -> str:
    """An event in words: its type and its plain values; ids and nested things stay out of sight."""
    shown = [_value(key, value) for key, value in event.items() if _is_plain(key, value)]
    words = event["type"].replace("_", " ")
    return escape(f"{words}: {', '.join(shown)}" if shown else words)


def _is_plain(key: str, value: object) -> bool:
    return key not in ("type", "v") and not key.endswith("_id") and isinstance(value, str | int) and value != ""


def _value(key: str, value: Any) -> str:
    name = key.removesuffix("_cents").replace("_", " ")
    return f"{name} {dollars(value) if key.endswith('_cents') else value}"
