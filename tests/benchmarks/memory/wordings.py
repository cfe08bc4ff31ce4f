"""How questions are put. *Plain* forms are those that whoever works on retrieval may look at. *Free* forms were written
once, the way players type, and no rule of retrieval is changed to suit them: what they cost is part of the report."""

from typing import Literal

Wording = Literal["plain", "free"]
WORDINGS: tuple[Wording, ...] = ("plain", "free")

PLAIN: dict[str, tuple[str, ...]] = {
    "price": (
        "How much did you pay me for the {part} on night {night}?",
        "What price did you give me for that {part} on night {night}?",
    ),
    "what": ("What did I sell you on night {night}?", "Which part did you buy from me on night {night}?"),
    "seen": ("Who did you see me sell {a_part} to on night {night}?",),
    "promised": ("What did I promise you on night {night}?", "Which part did I give my word on, on night {night}?"),
    "quarter": ("Which quarter did {house} take from {other}?",),
    "when_last": ("When did I last sell you {a_part}?",),
    "when_first": ("When did I first sell you {a_part}?",),
    "ago": ("What did I sell you {nights} nights ago?", "What did you buy from me {nights} nights ago?"),
    "when_broken": ("On which night did I break my promise to bring you {a_part}?",),
    "when_said": ("When did I tell you that {claim}?",),
    "price_by_news": ("How much did you pay me for the {part} on the night when {took}?",),
    "what_by_talk": ("What did I sell you on the night {when} I said that {claim}?",),
    "how_many": ("How many {part}s have I sold you in all?", "How many {part}s did you buy from me so far?"),
    "what_by_promise": ("What did I sell you on the night when I promised you {a_part}?",),
    "what_by_news": ("What did I sell you on the night when {took}?",),
    "said_of": ("What did I tell you: {open}?",),
    "whose_word": ("Who said that {claim}?", "From whom did you hear that {claim}?"),
    "said_to": ("To whom did I say that {claim}?",),
}
FREE: dict[str, tuple[str, ...]] = {
    "price": (
        "Night {night}, that {part} of mine: how much cash did I get from you?",
        "Remind me what the {part} cost you on night {night}.",
    ),
    "what": ("Night {night} again: what was it that I brought you?", "What did we trade on night {night}?"),
    "seen": ("You were there on night {night} when my {part} went to somebody else. Who got it?",),
    "promised": ("On night {night} I swore I would get you something. What was it?",),
    "quarter": ("{house} chased {other} out of a quarter. Which one?",),
    "when_last": ("When was the last time you got {a_part} from me?",),
    "when_first": ("When was the first time you got {a_part} from me?",),
    "ago": ("What changed hands between us {nights} nights ago?",),
    "when_broken": ("When did I let you down over the {part} that I had promised?",),
    "when_said": ("When did I mention that {claim}?",),
    "price_by_news": ("What was the {part} worth to you on the night when {took}?",),
    "what_by_talk": ("Remember the night {when} I mentioned that {claim}? What did I bring you?",),
    "how_many": ("How many {part}s have you had from me?",),
    "what_by_promise": ("And on the night when I gave you my word on {a_part}, what did I bring you?",),
    "what_by_news": ("And on the night when {took}, what did I bring you?",),
    "said_of": ("Remind me what I told you: {open}?",),
    "whose_word": ("Whose word is it that {claim}?", "Who put it into your head that {claim}?"),
    "said_to": ("Who was it that I told that {claim}?",),
}
FORMS: dict[Wording, dict[str, tuple[str, ...]]] = {"plain": PLAIN, "free": FREE}
