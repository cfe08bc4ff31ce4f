"""Accounts on DynamoDB:

P#<player>  PROFILE            what plan is paid, and which identity is the player's
I#<provider>#<subject>  I      which player a provider's identity belongs to
R#<session>  R                 a session: the hash of the one refresh secret that is valid now
"""

from typing import Any

from botocore.exceptions import ClientError

from bodybroker.adapters.aws import Row, error_code, from_item, outages, to_item
from bodybroker.kernel.errors import Unavailable
from bodybroker.kernel.ids import PlayerId
from bodybroker.kernel.plans import Plan
from bodybroker.ports.accounts import Profile, Session, SessionReused

SYSTEM = "The accounts"
CONDITION_FAILED = "ConditionalCheckFailedException"


class AccountsTable:
    """`ports.Accounts` on one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def player_by_identity(self, provider: str, subject: str) -> PlayerId | None:
        row = self._get(f"I#{provider}#{subject}", "I")
        return None if row is None else PlayerId(row["player"])

    def create_player(self, profile: Profile, subject: str) -> bool:
        rows: list[Row] = [
            {"pk": f"I#{profile.provider}#{subject}", "sk": "I", "player": profile.player},
            {
                "pk": f"P#{profile.player}",
                "sk": "PROFILE",
                "plan": profile.plan,
                "provider": profile.provider,
                "subject": subject,
                "created_at": profile.created_at,
            },
        ]
        puts = [{"Put": self._new(row)} for row in rows]
        try:
            with outages(SYSTEM):
                self._client.transact_write_items(TransactItems=puts)
        except ClientError as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            if "ConditionalCheckFailed" in reasons:
                return False
            if "TransactionConflict" in reasons:
                raise Unavailable(f"{SYSTEM} are busy; try again.") from error
            raise
        return True

    def profile(self, player: PlayerId) -> Profile | None:
        row = self._get(f"P#{player}", "PROFILE")
        return None if row is None else Profile(player, row["plan"], row["provider"], row["created_at"])

    def change_plan(self, player: PlayerId, plan: Plan) -> bool:
        try:
            with outages(SYSTEM):
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item({"pk": f"P#{player}", "sk": "PROFILE"}),
                    UpdateExpression="SET #plan = :plan",
                    ConditionExpression="attribute_exists(pk)",
                    ExpressionAttributeNames={"#plan": "plan"},
                    ExpressionAttributeValues=to_item({":plan": plan}),
                )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            return False
        return True

    def start_session(self, session: Session) -> None:
        row = {
            "pk": f"R#{session.session_id}",
            "sk": "R",
            "player": session.player,
            "current": session.current,
            "expires_at": session.expires_at,
        }
        with outages(SYSTEM):
            self._client.put_item(**self._new(row))

    def rotate_session(
        self, session_id: str, presented: str, renewed: str, now: int, expires_at: int
    ) -> Session | None:
        try:
            with outages(SYSTEM):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=to_item({"pk": f"R#{session_id}", "sk": "R"}),
                    UpdateExpression="SET #current = :renewed, expires_at = :until",
                    ConditionExpression="#current = :presented AND expires_at > :now",
                    ExpressionAttributeNames={"#current": "current"},
                    ExpressionAttributeValues=to_item(
                        {":renewed": renewed, ":presented": presented, ":now": now, ":until": expires_at}
                    ),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
            found = error.response.get("Item")
            if found and from_item(found)["current"] != presented:
                raise SessionReused from error
            return None
        row = from_item(answer["Attributes"])
        return Session(session_id, PlayerId(row["player"]), row["current"], row["expires_at"])

    def end_session(self, session_id: str) -> None:
        with outages(SYSTEM):
            self._client.delete_item(TableName=self._table, Key=to_item({"pk": f"R#{session_id}", "sk": "R"}))

    def delete_player(self, player: PlayerId) -> None:
        """The identity first, as only the profile tells it. By now it may be a new player's, who keeps it."""
        row = self._get(f"P#{player}", "PROFILE")
        if row is None:
            return
        identity = to_item({"pk": f"I#{row['provider']}#{row['subject']}", "sk": "I"})
        try:
            with outages(SYSTEM):
                self._client.delete_item(
                    TableName=self._table,
                    Key=identity,
                    ConditionExpression="player = :player",
                    ExpressionAttributeValues=to_item({":player": player}),
                )
        except ClientError as error:
            if error_code(error) != CONDITION_FAILED:
                raise
        with outages(SYSTEM):
            self._client.delete_item(TableName=self._table, Key=to_item({"pk": f"P#{player}", "sk": "PROFILE"}))

    def _new(self, row: Row) -> dict[str, Any]:
        return {"TableName": self._table, "Item": to_item(row), "ConditionExpression": "attribute_not_exists(pk)"}

    def _get(self, pk: str, sk: str) -> Row | None:
        with outages(SYSTEM):
            found = self._client.get_item(TableName=self._table, Key=to_item({"pk": pk, "sk": sk}), ConsistentRead=True)
        return from_item(found["Item"]) if "Item" in found else None
