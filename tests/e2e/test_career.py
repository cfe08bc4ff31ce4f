"""A whole career, from the first morgue to the throne, played through HTTP by a bot that sees what a player sees."""

from bodybroker.world import rules, state

from play.bots.career import LAST_RANK, play
from play.bots.mind import Mind
from play.bots.styles import STYLES
from play.bots.table import LocalTable
from play.game import Game

SEED, STYLE, DIFFICULTY = 5, "robber", "story"
NIGHTS = 60


def test_a_career_from_the_first_morgue_to_the_throne(client):
    game = Game(client, client.create_world(SEED, DIFFICULTY))
    played = play(game, Mind(STYLES[STYLE], SEED), NIGHTS, stop_as_king=True)
    assert not played.stuck, played.stuck
    assert played.king_on_day is not None, f"{STYLE}, seed {SEED}: {played.dawns[-1]}"
    history = [event["event"] for event in client.history(game.id)]
    assert len(history) == game.version
    first = next(event["type"] for event in history if event["type"].endswith(("_robbed", "risen")))
    assert first == "morgue_robbed"
    ladder = [rank.name for rank in rules.load().ranks.ranks]
    risen = [event["rank"] for event in history if event["type"] == "rank_risen"]
    assert risen[-1] == LAST_RANK and set(risen) == set(ladder[1:])
    # The same bot on the same seed in this process: the cloud decided nothing else, and nothing got lost on the way.
    table = LocalTable(SEED, rules.load(), DIFFICULTY)
    again = play(table, Mind(STYLES[STYLE], SEED), NIGHTS, stop_as_king=True)
    assert (again.commands, table.state.version) == (played.commands, game.version)
    assert state.hash(table.state) == game.world["hash"]
