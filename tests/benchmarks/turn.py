"""A turn's first token and first sentence, for one client and for eight at once, beside the bare model calls.

The peer is what any program on SageMaker pays: botocore's calls to the same endpoint, with the encounters' own prompts,
a streamed line and then the question for acts, as a turn asks them. Turns and bare calls change places every round, so
that a noisy neighbour and the model's prefix cache meet both alike; their texts differ from the first word on, so
neither finds the other's in the cache.
"""

import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate
from threading import Barrier
from typing import Any

import botocore.session
from bodybroker.minds import acts, turns
from bodybroker.minds.encounters import Encounter, heard
from bodybroker.minds.prompt import acts_prompt, line_prompt
from bodybroker.models.inference import ChatRequest, read_line
from botocore.config import Config

from play.client import Client
from play.game import CannotDo, Game
from tests.benchmarks.stored_encounters import StoredEncounters

CLIENTS = 8
APART_MS = 50
"""Between two turns' beginnings: all begin before the first ends."""
ROUNDS = {1: 20, CLIENTS: 8}
TEXT = "nights I have looked for you. What do you want?"
ENDPOINT = "bodybroker-gold"
SENTENCE = re.compile(r"[.!?…]['\")\u2019]*(\s|$)")
"""What can be spoken aloud."""


@dataclass(frozen=True)
class Heard:
    """Milliseconds to the first token and to the end of the first sentence, and the tokens the model had not cached."""

    token: float
    sentence: float
    fresh: int = 0


@dataclass
class Talker:
    """One player before somebody who answers."""

    game: Game
    number: int
    npc: dict[str, Any]
    said: int = 0

    def come_near(self) -> None:
        """Prepare the next turn; whoever has walked away is waited for."""
        while True:
            try:
                self.npc = self.game.npc("ghoul")
                break
            except CannotDo:
                self.game.command({"type": "wait", "minutes": 120})
                go_to_the_graveyard(self.game)
        self.game.meet(self.npc)

    def words(self, who: int) -> str:
        """What has not been said before; `who` asks: a turn or the peer."""
        self.said += 1
        return f"{1000 * (10 * self.number + who) + self.said} {TEXT}"

    def turn(self) -> Heard | None:
        """A turn over HTTP, heard to its end; None where the model was too slow and a procedural line came."""
        begun, pieces, done = time.perf_counter(), list[tuple[float, str]](), dict[str, Any]()
        for event in self.game.client.turn(self.game.id, self.npc["npc_id"], self.words(1)):
            if event.name == "token":
                pieces.append((time.perf_counter() - begun, event.data["text"]))
            elif event.name == "cut":
                pieces.clear()
            elif event.name == "done":
                done = event.data
        if done.get("source") != "model":
            return None
        usage = done["usage"]
        return _heard(pieces, usage["prompt_tokens"] - usage["cached_tokens"])

    def bare(self, runtime: Any, encounter: Encounter) -> Heard:
        """The model's own part of such a turn."""
        settings, begun, words = turns.load(), time.perf_counter(), self.words(2)
        prompt = line_prompt(encounter.prefix, encounter.transcript, heard(encounter, words))
        line, asked = settings.speech, settings.acts
        pieces = list(_stream(runtime, ChatRequest(prompt, line.max_tokens, line.temperature, 7, ("\n",)), begun))
        question, schema = acts.ask(encounter.acts, asked, words)
        after = acts_prompt(prompt, "".join(text for _, text in pieces), question)
        list(_stream(runtime, ChatRequest(after, asked.max_tokens, asked.temperature, schema=schema), begun))
        return _heard(pieces)


def measure(api: str, aws: str, pace: Callable[[str | None], None]) -> str:
    """The tables, in milliseconds: with the small model, and at a steady `pace`, which is ordered of an endpoint."""
    session = botocore.session.get_session()
    session.set_credentials("bodybroker-local", "local")
    pool = Config(max_pool_connections=2 * CLIENTS, read_timeout=120)
    clients = {
        name: session.create_client(name, region_name="us-east-1", endpoint_url=aws, config=pool)
        for name in ("cloudformation", "dynamodb", "kms", "sagemaker-runtime")
    }
    stored = StoredEncounters(clients)
    with ExitStack() as stack, ThreadPoolExecutor(CLIENTS) as threads:
        talkers = [_talker(stack, api, number) for number in range(CLIENTS)]
        runtime = clients["sagemaker-runtime"]
        tables = [_table(talkers[:count], stored, runtime, threads, "small model") for count in ROUNDS]
        pace("paced")
        try:
            tables += [_table(talkers[:count], stored, runtime, threads, "steady pace") for count in ROUNDS]
        finally:
            pace(None)
    return "\n\n".join(tables)


def _talker(stack: ExitStack, api: str, number: int) -> Talker:
    client = stack.enter_context(Client(api))
    client.sign_in()
    game = Game(client, client.create_world(4))
    go_to_the_graveyard(game)
    return Talker(game, number, {})


def go_to_the_graveyard(game: Game) -> None:
    """Be there at night."""
    if game.view["place"]["kind"] != "graveyard":
        game.go("street")
        game.go("graveyard")
    while game.view["time"]["phase"] == "day":
        game.command({"type": "wait", "minutes": 60})


def _table(talkers: list[Talker], stored: StoredEncounters, runtime: Any, threads: ThreadPoolExecutor, who: str) -> str:
    ours, peer = list[Heard | None](), list[Heard | None]()
    for number in range(ROUNDS[len(talkers)]):
        for talker in talkers:
            talker.come_near()
        found = {id(talker): stored.find(talker.game, talker.npc) for talker in talkers}
        rounds: list[tuple[list[Heard | None], Callable[[Talker], Heard | None]]] = [
            (ours, Talker.turn),
            (peer, lambda talker, found=found: talker.bare(runtime, found[id(talker)])),
        ]
        for into, call in rounds if number % 2 else reversed(rounds):
            into += _at_once(threads, call, talkers)
        for talker in talkers:
            talker.game.look()
    title = f"{who}, {len(talkers)} at once {APART_MS} ms apart" if len(talkers) > 1 else f"{who}, one client"
    answered = [heard for heard in ours if heard]
    return "\n".join(
        [
            _print(title, answered, [heard for heard in peer if heard]),
            f"{'turns that the model did not answer in time':<56}{len(ours) - len(answered):>9}",
        ]
    )


def _at_once(
    threads: ThreadPoolExecutor, call: Callable[[Talker], Heard | None], talkers: list[Talker]
) -> list[Heard | None]:
    """All are under way at once; they begin one after the other, as players do."""
    start = Barrier(len(talkers))

    def run(talker: Talker) -> Heard | None:
        start.wait()
        time.sleep(talker.number * APART_MS / 1000)
        return call(talker)

    return list(threads.map(run, talkers))


def _print(title: str, ours: list[Heard], peer: list[Heard]) -> str:
    lines = [f"{f'a turn, {title} ({len(ours)} each), ms':<56}{'p50':>9}{'p99':>9}"]
    for name, pick in (("first token", lambda heard: heard.token), ("first sentence", lambda heard: heard.sentence)):
        rows = {who: _quantiles(map(pick, heard)) for who, heard in (("turn", ours), ("bare", peer))}
        lines.append(_row(f"{name}: turn over HTTP (this project)", rows["turn"]))
        lines.append(_row(f"{name}: the bare model calls (botocore)", rows["bare"]))
        lines.append(_row(f"{name}: overhead", [a - b for a, b in zip(rows["turn"], rows["bare"], strict=True)]))
    fresh = _quantiles(heard.fresh for heard in ours)
    return "\n".join([*lines, _row("tokens of a turn's prompts that were not cached", fresh)])


def _quantiles(values: Iterable[float]) -> list[float]:
    ordered = sorted(values)
    return [statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1))]]


def _row(name: str, values: list[float]) -> str:
    return f"{name:<56}{values[0]:>9.1f}{values[1]:>9.1f}"


def _stream(runtime: Any, request: ChatRequest, begun: float) -> Iterator[tuple[float, str]]:
    """What the bare call gives, piece by piece, and when: in seconds since `begun`."""
    answer = runtime.invoke_endpoint_with_response_stream(EndpointName=ENDPOINT, Body=request.body(stream=True))
    for event in answer["Body"]:
        chunks = map(read_line, event["PayloadPart"]["Bytes"].split(b"\n"))
        if text := "".join(chunk.text for chunk in chunks if chunk):
            yield time.perf_counter() - begun, text


def _heard(pieces: list[tuple[float, str]], fresh: int = 0) -> Heard:
    texts = list(accumulate(text for _, text in pieces))
    spoken = next((n for n, text in enumerate(texts) if SENTENCE.search(text)), len(texts) - 1)
    return Heard(1000 * pieces[0][0], 1000 * pieces[spoken][0], fresh)
