"""Rules' names and money in plain English, for titles."""


def words(name: str) -> str:
    """A name of the rules as words."""
    return name.replace("_", " ")


def a(name: str) -> str:
    """A name of the rules with its article."""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {words(name)}"


def dollars(cents: int) -> str:
    """Cents as dollars."""
    return f"${cents // 100:,}.{cents % 100:02d}"
