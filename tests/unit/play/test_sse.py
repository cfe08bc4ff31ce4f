"""The stream parser, against the rules of WHATWG HTML 9.2.6 that the server uses."""

from play.sse import ServerEvent, parse


def test_reads_id_name_and_json() -> None:
    lines = ["id: 1", "event: token", 'data: {"text": "Hm."}', ""]
    assert list(parse(lines)) == [ServerEvent("1", "token", {"text": "Hm."})]


def test_drops_comments_and_an_event_cut_off_by_the_end() -> None:
    lines = [": ping", "", "event: token", 'data: {"text": "a"}', "", "event: done", 'data: {"version": 2}']
    assert [event.name for event in parse(lines)] == ["token"]


def test_joins_data_lines_and_takes_the_space_after_the_colon_only_once() -> None:
    lines = ["data:{", 'data:  "text": "  two spaces"', "data:}", ""]
    assert list(parse(lines)) == [ServerEvent("", "message", {"text": "  two spaces"})]


def test_yields_each_event_as_soon_as_its_blank_line_came() -> None:
    def lines():
        yield from ["event: start", "data: {}", ""]
        raise AssertionError("read past the first event before giving it out")

    assert next(parse(lines())).name == "start"
