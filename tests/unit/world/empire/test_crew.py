from bodybroker.world.empire import crew, events
from bodybroker.world.ledger import money_cents
from msgspec.structs import replace


def rich(world, cents=1_000_000, rank="boss"):
    """The world with cash taken from the city, and a rank."""
    player = replace(world.state.player, money_cents=world.state.player.money_cents + cents)
    world.state = replace(world.state, player=player, city_cents=world.state.city_cents - cents, rank=rank)
    return world


def dawn(world):
    """The events of the next dawn."""
    before = len(world.log)
    world.wait_for("night")
    world.wait_for("day")
    return world.log[before:]


def only(made, kind):
    (found,) = [event for event in made if isinstance(event, kind)]
    return found


def test_hiring_costs_cash_and_gives_somebody_of_that_role(world, book):
    rich(world).go("street")
    before = world.state
    hired = only(world.do("hire", role="runner"), events.CrewHired)
    role = book.crews.roles["runner"]
    assert hired.price_cents == role.hire_cents == before.player.money_cents - world.state.player.money_cents
    assert role.skill.low <= hired.member.skill <= role.skill.high
    assert world.state.minute == before.minute + book.crews.hiring_minutes
    assert crew.count(world.state, "runner") == 1 and crew.count(world.state, "muscle") == 0
    assert money_cents(world.state) == money_cents(before)


def test_the_crew_is_as_large_as_the_rank_allows(world, book, refused):
    rich(world, rank="street_level").go("street")
    for _ in range(book.ranks.ranks[0].crew):
        world.do("hire", role="lookout")
    with refused("crew_full"):
        world.do("hire", role="lookout")


def test_hiring_is_refused_elsewhere_at_night_unknown_and_unpaid(world, refused):
    with refused("not_on_the_street"):
        world.do("hire", role="runner")
    world.go("street")
    with refused("unknown_role"):
        world.do("hire", role="poet")
    world.state = replace(world.state, player=replace(world.state.player, money_cents=0))
    with refused("not_enough_money"):
        world.do("hire", role="runner")
    world.wait_for("night")
    with refused("wrong_phase"):
        world.do("hire", role="runner")


def test_wages_are_paid_at_dawn_and_loyalty_grows_to_its_limit(world, change):
    world.rules = change(crews={"loyalty_gain_limit": 2})
    rich(world).go("street")
    member = only(world.do("hire", role="muscle"), events.CrewHired).member
    for gained in (1, 2, 2):
        payday = only(dawn(world), events.PaydayCame)
        assert payday.wages_cents == member.wage_cents and not payday.unpaid
        assert world.state.empire.crew[member.member_id].loyalty == min(100, member.loyalty + gained)


def test_who_is_not_paid_loses_loyalty_and_leaves_in_the_end(world, book):
    rich(world).go("street")
    member = only(world.do("hire", role="chemist"), events.CrewHired).member
    world.state = replace(world.state, player=replace(world.state.player, money_cents=0))
    loyalty, days = member.loyalty, 0
    while member.member_id in world.state.empire.crew:
        payday = only(dawn(world), events.PaydayCame)
        days += 1
        loyalty = max(0, loyalty - book.crews.unpaid_loyalty)
        assert payday.unpaid == (member.member_id,) and payday.loyalties == {member.member_id: loyalty}
        assert days < 10
    assert loyalty < book.crews.leaving_loyalty and payday.left == (member.member_id,)


def test_somebody_can_be_sent_away(world, refused, nobody):
    rich(world).go("street")
    member = only(world.do("hire", role="runner"), events.CrewHired).member
    assert world.do("dismiss", member_id=member.member_id)[0] == events.CrewLost(member.member_id, "dismissed")
    assert not world.state.empire.crew
    with refused("unknown_member"):
        world.do("dismiss", member_id=nobody)


def test_the_most_skilled_come_first(world):
    rich(world).go("street")
    for _ in range(4):
        world.do("hire", role="runner")
    skills = [member.skill for member in crew.members(world.state, "runner")]
    assert len(skills) == 4 and skills == sorted(skills, reverse=True)
