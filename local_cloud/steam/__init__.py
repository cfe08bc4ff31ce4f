"""A fake of Steam's ticket check, for the local cloud and for tests.

It answers `ISteamUserAuth/AuthenticateUserTicket/v1` in the shapes of `partner.steam-api.com` and offers what Steam
does not: `POST /fake/tickets`, which mints a ticket as the Steam client would, good or bad as a test needs it.
"""

APP_ID = "480"
"""The app whose publisher asks: Valve's own example app, Spacewar."""
PUBLISHER_KEY = "local"
"""The publisher's web API key that the fake takes for Steam's."""
