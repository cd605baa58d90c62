"""The GraphQL Admin API of Shopify: https://shopify.dev/docs/api/admin-graphql."""

from typing import Any

from orders.shops.telling import Door, KeyRefused, Refused, Unanswered
from orders.words import say

PATH = "/admin/api/2026-04/graphql.json"
THROTTLED, DENIED = "THROTTLED", "ACCESS_DENIED"


class Graphql:
    """One shop's API. Raises Refused or Unanswered."""

    def __init__(self, door: Door, token: str) -> None:
        self.door, self.token = door, token

    def ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The data of an answer without errors."""
        status, answer = self.door.ask(
            "POST",
            PATH,
            {"query": query, "variables": variables},
            {"X-Shopify-Access-Token": self.token},
        )
        if status in (401, 403):
            raise KeyRefused(say("The shop does not accept the access token: enter a new one."))
        if status != 200 or not isinstance(answer, dict):
            raise Refused(say("The shop answered {status}.", status=status))
        if problems := answer.get("errors"):
            raise _problem(problems)
        if not isinstance(answer.get("data"), dict):
            raise Unanswered(say("The shop's answer has no data."))
        return dict(answer["data"])


def _problem(problems: Any) -> Refused | Unanswered:
    """The error of an answer with `errors`: a text, or a list with a code for each."""
    given = problems if isinstance(problems, list) else []
    listed = [found for found in given if isinstance(found, dict)]
    codes = {found.get("extensions", {}).get("code") for found in listed}
    text = "; ".join(str(found.get("message")) for found in listed) or str(problems)
    if THROTTLED in codes:
        return Unanswered(say("The shop is busy."), retry_after=2)
    if DENIED in codes:
        return KeyRefused(say("The shop's app lacks a right: {message}", message=text))
    return Refused(say("The shop refused: {message}", message=text))
