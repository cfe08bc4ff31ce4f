"""The gate: nothing is shown to a player and nothing goes into a prompt that has not passed it.

`safety` reads the rules (configs/safety.yaml), `folding` and `reading` see through disguises, `matching` finds phrases,
`leaks` finds what is repeated from the prompt, `quoting` makes foreign words safe to quote. `gate` puts them together
behind the interface that a fuller pipeline can fill.
"""

from bodybroker.minds.gate.gate import Gate, RuleGate, Verdict, load
from bodybroker.minds.gate.leaks import Hidden
from bodybroker.minds.gate.quoting import UNHEARD, let_in, quote, quote_from, without_brackets

__all__ = [
    "UNHEARD",
    "Gate",
    "Hidden",
    "RuleGate",
    "Verdict",
    "let_in",
    "load",
    "quote",
    "quote_from",
    "without_brackets",
]
