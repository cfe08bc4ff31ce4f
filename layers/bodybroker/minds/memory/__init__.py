"""What an NPC remembers: records written from events, and how the right ones come back.

`perception` makes records of events, `gate` keeps junk out, `nights` merges, distils and forgets at dawn, `questions`
reads what is asked, `retrieval` ranks what was found and says whether anything answers. The store is a port.
"""
