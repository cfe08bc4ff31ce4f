"""How well NPCs remember: a benchmark with an open protocol. `make memory-report` prints it.

**History.** Bots play nights by the world's own rules (`play.bots`, `world.decide`), so memories come of real events.
A script talks to NPCs meanwhile: statements about others, some of them said again, some overheard; claims of sales that
never were; small talk, noise, orders to the model. What the model makes an NPC answer is made up throughout.

**Questions.** Made from the log and the script, never from memories: each has one exact answer that an NPC can know
because it was there or was told, or happened to nobody (`questions`). Kinds: *single* (one fact), *temporal* (the
first, the last, so many nights ago, when), *multi* (another fact tells the night; how many there were), *told* (who
said what to whom), *never* (nothing of the kind happened; the right answer is that nothing is remembered). Each is
put twice: in plain wording, which whoever works on retrieval may look at, and in free wording, which was written once
and which no rule of retrieval was changed to suit (`wordings`); the reader, shared by all systems, was taught more
words by what it missed in the tuning worlds. No system was tuned on the seeds of the report.

**Systems.** *Ours*: the product's own writing, dawn and retrieval, the first five. *BM25 alone* and *vectors alone*:
the best five of everything perceived, one sentence per event, written by the same sentence maker without gate or dawn.
*Full context*: all of these sentences, the newest that the gold tier's context holds. *Full context, no limit*: all of
them, as if prompts had no end. The first two are also run on our store, to see what writing and what retrieval gives.

**Answers.** One reader answers for all systems (`reader`): it sees the question and the sentences that a system gives
it, in that order, and nothing else. It resolves "so many nights ago" and "the night when", takes sentences that name
all that the question names and hold an answer of the kind asked for, prefers the one that shares most words with the
question, among equals the first or last night where asked, else the shortest, else the first given, and reads the
answer off it. It adds nothing up. Ours may also say that it does not remember, which the others cannot: for them the
reader finds nothing, or does.

**Scores.** *hit@5*: among the first five sentences are such that rest on the events asked for, the answer in one of
them. *Accuracy*: the exact answer, for *never* none at all. *Tokens*: what is read per question.

**Hygiene.** After the nights, an audit that shares no code with the writing counts in every NPC's memory what is worth
nothing: what rests on noise, small talk, orders or the model's words; what no event of the log supports; what says the
same as another one. Growth is the most that an NPC's memory gained in a night.
"""
