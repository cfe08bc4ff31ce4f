"""A simulated day: the model's own tokens, prefix caches, a database's units, bots that live the same day again."""

import json
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from bodybroker.kernel.random import Stream
from bodybroker.minds.encounters import Encounter
from bodybroker.models.cost_settings import CacheRule
from bodybroker.models.inference import ChatRequest
from bodybroker.models.player_day import JobUse
from msgspec.structs import replace

from scripts.player_day.__main__ import add, live
from scripts.player_day.meter import Meter, MeteredDynamoDB
from scripts.player_day.prefixes import PrefixCache
from scripts.player_day.speakers import Procedural, Served
from scripts.player_day.tokenizer import ROOT, NoVocabulary, Tokenizer, packaged

CHATS = [
    [
        {"role": "system", "content": "You are Ivo, a greedy vampire. You have $1,234. It's 5 o'clock… “x”  y\n\nz"},
        {"role": "user", "content": "What's up?  €30 für dich, naïve 日本 ² _under_score_ --- 'tis don't I'LL"},
        {"role": "assistant", "content": " Leave."},
        {"role": "user", "content": "\tTab\r\n 100 000.50 %"},
    ],
    [{"role": "system", "content": "a"}, {"role": "user", "content": "b "}],
]
COUNT = """
import asyncio, json, sys
from sagemaker_endpoints.serving.contract import ChatRequest, Finish, Message
from sagemaker_endpoints.serving.model_choice import choose
async def count():
    engine, found = choose({}, 4096), []
    engine.load()
    for chat in json.loads(sys.argv[1]):
        messages = tuple(Message(message["role"], message["content"]) for message in chat)
        async for piece in engine.generate(ChatRequest(messages, max_tokens=1)):
            if isinstance(piece, Finish):
                found.append(piece.usage.prompt_tokens)
    await engine.close()
    print(json.dumps(found))
asyncio.run(count())
"""


class Words:
    """A tokenizer that needs no vocabulary: a token per word."""

    def encode(self, text):
        return [hash(word) for word in text.split()]

    def prompt(self, messages):
        return [token for message in messages for token in self.encode(f"{message['role']} {message['content']}")]


def test_tokens_are_those_that_the_model_server_counts():
    try:
        tokenizer = Tokenizer(packaged())
    except NoVocabulary as missing:
        pytest.skip(str(missing))
    python = ROOT / ".build" / "envs" / "model" / "bin" / "python"
    counted = subprocess.run([python, "-c", COUNT, json.dumps(CHATS)], cwd=ROOT, capture_output=True, check=True)
    assert [len(tokenizer.prompt(chat)) for chat in CHATS] == json.loads(counted.stdout.splitlines()[-1])


def test_a_file_without_a_vocabulary(tmp_path):
    (tmp_path / "x.gguf").write_bytes(b"GIF8" + bytes(20))
    with pytest.raises(NoVocabulary):
        Tokenizer(tmp_path / "x.gguf")


def test_a_prefix_cache_keeps_whole_steps_for_its_minutes():
    cache = PrefixCache(CacheRule(minimum=0, step=16, minutes=10))
    prompt = [*range(100)]
    assert cache.read("npc", prompt, 0) == 0
    assert cache.read("npc", [*prompt[:50], 7, 7], 1) == 48
    assert cache.read("npc", prompt, 2) == 96  # the last token is always computed
    assert cache.read("other", prompt, 3) == 0
    assert cache.read("npc", prompt, 603) == 0
    assert cache.read("npc", [*prompt, 1], 604) == 96


def test_a_cloud_cache_keeps_no_short_prompt():
    cache = PrefixCache(CacheRule(minimum=1024, step=128, minutes=10))
    assert [cache.read("npc", [1] * 1000, at) for at in (0, 1)] == [0, 0]
    assert [cache.read("npc", [1] * 1300, at) for at in (2, 3)] == [0, 1280]


def test_units_are_counted_as_aws_counts_them():
    meter = Meter()
    database = MeteredDynamoDB(("t",), meter)

    def item(sk, size):
        return {"pk": {"S": "p"}, "sk": {"S": sk}, "x": {"B": bytes(size)}}

    def used(operation, **request):
        before = meter.functions["setup"]
        database.call(operation, request)
        after = meter.functions["setup"]
        return after.half_read_units - before.half_read_units, after.write_units - before.write_units

    key = {"pk": {"S": "p"}, "sk": {"S": "a"}}
    assert used("get_item", TableName="t", Key=key) == (1, 0)
    assert used("put_item", TableName="t", Item=item("a", 5000)) == (0, 5)
    assert used("put_item", TableName="t", Item=item("a", 10)) == (0, 5)  # the larger of old and new
    assert used("put_item", TableName="t", Item=item("a", 5000)) == (0, 5)
    assert used("get_item", TableName="t", Key=key) == (2, 0)
    assert used("get_item", TableName="t", Key=key, ConsistentRead=True) == (4, 0)
    writes = [{"Put": {"TableName": "t", "Item": item(sk, 100)}} for sk in "bc"]
    assert used("transact_write_items", TransactItems=writes) == (0, 4)
    keys = {"t": {"Keys": [key, {"pk": {"S": "p"}, "sk": {"S": "b"}}], "ConsistentRead": True}}
    assert used("batch_get_item", RequestItems=keys) == (6, 0)
    values = {":pk": {"S": "p"}}
    query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values}
    assert used("query", TableName="t", **query) == (2, 0)  # of all items together
    assert meter.functions["setup"].aws_calls == 9


def test_cpu_time_goes_to_the_function_at_work():
    meter = Meter()
    with meter.at_work("outer"), meter.at_work("inner"):
        meter.use(aws_calls=1)
        sum(range(200_000))
    assert meter.functions["inner"].aws_calls == 1 and meter.functions["outer"].aws_calls == 0
    assert meter.functions["outer"].cpu_us >= meter.functions["inner"].cpu_us > 0


@pytest.fixture(scope="module")
def short(request):
    """Settings of a day so short that a test can wait for it."""
    from bodybroker.kernel import configuration
    from bodybroker.models.cost_settings import CostSettings

    pace = configuration.load("cost")["pace"] | {
        "turns_per_hour": dict.fromkeys(("free", "basic", "premium", "vip"), 240)
    }
    return CostSettings.model_validate(configuration.load("cost") | {"hours_per_day": "0.2", "pace": pace})


def counted(use):
    """A day without what depends on the machine."""
    return replace(use, functions={name: replace(used, cpu_us=0) for name, used in use.functions.items()})


def test_the_same_seed_lives_the_same_day(short):
    tokenizer = Words()
    first, again, other = (counted(live(seed, "trader", "basic", short, tokenizer, None)) for seed in (5, 5, 6))
    assert first == again != other
    assert first.commands > 20 and first.looks > 20 and first.turns > 3
    assert first.jobs["line"].calls == first.jobs["acts"].calls == first.turns
    assert first.jobs["warm"].calls == first.encounters <= first.turns
    for use in first.jobs.values():
        assert use.completion > 0 and 0 <= use.cloud_cached <= use.hosted_cached < use.prompt
    functions = first.functions
    assert functions["commands"].invocations == first.commands + first.refusals
    assert functions["turns"].invocations == first.turns and functions["worlds"].invocations == first.looks + 1
    assert functions["projector"].invocations >= first.commands / 2
    assert all(functions[name].response_bytes > 0 for name in ("commands", "turns", "worlds", "encounters"))
    assert functions["commands"].write_units > first.commands and functions["turns"].half_read_units > first.turns


def test_a_talk_is_cached_but_for_what_is_new(short):
    use = live(5, "trader", "basic", short, Words(), None).jobs
    assert use["acts"].hosted_cached > use["acts"].prompt / 2  # it goes on from the line's prompt
    assert use["line"].hosted_cached > use["line"].prompt / 2  # the encounter was read before


def test_days_add_up(short):
    one = live(5, "trader", "basic", short, Words(), None)
    both = add(one, one)
    assert (both.days, both.turns, both.commands) == (2, 2 * one.turns, 2 * one.commands)
    assert both.jobs["line"] == one.jobs["line"] + one.jobs["line"]
    assert add(replace(one, jobs={}), replace(one, jobs={"x": JobUse(1)})).jobs == {"x": JobUse(1)}


def test_acts_without_a_model_fit_their_schema():
    dollars = {"type": "integer", "minimum": 5, "maximum": 9}
    acts = [{"properties": {"do": {"const": "none"}}}, {"properties": {"do": {"const": "offer"}, "dollars": dollars}}]
    schema = {"properties": {"mood": {"enum": ["calm"]}, "act": {"anyOf": acts}, "heard": {"type": "null"}}}
    speaker = Procedural(Stream(1, "test"))
    answers = [json.loads(speaker.acts(ChatRequest([], 1, schema=schema), _nobody())) for _ in range(20)]
    assert all((answer["mood"], answer["heard"]) == ("calm", None) for answer in answers)
    drawn = [answer["act"] for answer in answers]
    assert {"do": "none"} in drawn and {"do": "offer", "dollars": 5} in drawn
    assert all(act in ({"do": "none"}, {"do": "offer", "dollars": 5}) for act in drawn)


def _nobody():
    return Encounter("e", "n", "b", 1, 0, 1, 1, "Ivo", "vampire", "calm", (), (), (), {}, {})


def test_a_model_behind_a_server_speaks():
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            body = json.dumps({"model": "tiny", "choices": [{"message": {"content": "Leave."}}]}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    speaker = Served(f"http://127.0.0.1:{server.server_port}/")
    request = ChatRequest([{"role": "user", "content": "Hello"}], 60)
    assert speaker.line(request, _nobody()) == speaker.acts(request, _nobody()) == "Leave."
    assert speaker.name == "tiny"
    assert seen[0] == ("/invocations", json.loads(request.body(stream=False)))
    server.shutdown()
    server.server_close()
