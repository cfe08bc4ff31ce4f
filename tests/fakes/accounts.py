"""Accounts in memory."""

from dataclasses import dataclass, field, replace

from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan
from bodybroker.ports.accounts import Profile, Session, SessionReused


@dataclass
class MemoryAccounts:
    """`ports.Accounts`."""

    profiles: dict[PlayerId, Profile] = field(default_factory=dict)
    identities: dict[tuple[str, str], PlayerId] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)

    def player_by_identity(self, provider: str, subject: str) -> PlayerId | None:
        return self.identities.get((provider, subject))

    def create_player(self, profile: Profile, subject: str) -> bool:
        if (profile.provider, subject) in self.identities:
            return False
        self.identities[profile.provider, subject] = profile.player
        self.profiles[profile.player] = profile
        return True

    def delete_player(self, player: PlayerId) -> None:
        self.profiles.pop(player, None)
        self.identities = {identity: owner for identity, owner in self.identities.items() if owner != player}

    def profile(self, player: PlayerId) -> Profile | None:
        return self.profiles.get(player)

    def change_plan(self, player: PlayerId, plan: Plan) -> bool:
        if player not in self.profiles:
            return False
        self.profiles[player] = replace(self.profiles[player], plan=plan)
        return True

    def start_session(self, session: Session) -> None:
        self.sessions[session.session_id] = session

    def rotate_session(
        self, session_id: str, presented: str, renewed: str, now: int, expires_at: int
    ) -> Session | None:
        session = self.sessions.get(session_id)
        if session is None:
            return None
        if session.current != presented:
            raise SessionReused
        if session.expires_at <= now:
            return None
        self.sessions[session_id] = replace(session, current=renewed, expires_at=expires_at)
        return self.sessions[session_id]

    def end_session(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)
