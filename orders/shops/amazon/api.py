"""The Selling Partner API: its access tokens, kept while they are valid, and its refusals."""

from collections.abc import Callable
from hashlib import sha256
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from orders.shops.amazon.marketplaces import LOCAL, parts_of
from orders.shops.telling import Door, KeyRefused, Refused, Unanswered
from orders.words import say, say_later

LOGIN = "https://api.amazon.com"
ORDERS = "/orders/v0/orders"
FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
# Any order, with the persons in it: a token for one order each would be one request more.
PERSONS = {
    "method": "GET",
    "path": f"{ORDERS}/{{orderId}}",
    "dataElements": ["buyerInfo", "shippingAddress"],
}
ACCESS, RESTRICTED = "access", "restricted"
EARLIER = 60.0  # seconds before its end a token is asked for anew
MOST_KEPT = 1000
NO_LOGIN = say_later(
    "Amazon does not accept the keys: enter client identifier, client secret and refresh token, "
    "with spaces between."
)
NO_ROLE = say_later(
    "Amazon does not let this application read orders with addresses: it needs the role Direct-to-"
    "Consumer Shipping, and to be authorised again after a role was added."
)

_tokens: dict[str, tuple[float, str]] = {}  # by a digest of the keys: (its end, the token)


class Api:
    """The API in one region, for one seller and marketplace."""

    def __init__(self, door: Door, keys: str) -> None:
        endpoint, self.marketplace = parts_of(door.address)
        self.door = door.at(endpoint)
        self.login = door.at(endpoint if endpoint.startswith(LOCAL) else LOGIN)
        self.keys = keys.split()
        if len(self.keys) != 3:
            raise KeyRefused(str(NO_LOGIN))

    def ask(self, method: str, path: str, body: Any = None, *, persons: bool = False) -> Any:
        """The payload of an answer. Raises Refused or Unanswered."""
        token = self._persons_token() if persons else self._access_token()
        status, answer = self.door.ask(method, path, body, {"x-amz-access-token": token})
        if status in (401, 403):
            self._forget()
            raise KeyRefused(str(NO_ROLE))
        if status == 404:
            raise Refused(say("Amazon does not know this order."))
        if status not in (200, 204):
            raise Refused(
                say("Amazon answered {status}: {message}", status=status, message=_message(answer))
            )
        return answer.get("payload") if isinstance(answer, dict) else None

    def check_role(self) -> None:
        """Ask whether we may read persons: else an order would have no address. Raises Refused."""
        self._persons_token()

    def _access_token(self) -> str:
        return self._kept(ACCESS, self._log_in)

    def _persons_token(self) -> str:
        return self._kept(RESTRICTED, self._ask_for_persons)

    def _log_in(self) -> tuple[str, float]:
        client, secret, refresh = self.keys
        form = {
            "grant_type": "refresh_token", "refresh_token": refresh, "client_id": client,
            "client_secret": secret,
        }  # fmt: skip
        status, answer = self.login.ask("POST", "/auth/o2/token", urlencode(form).encode(), FORM)
        if status in (400, 401):
            raise KeyRefused(str(NO_LOGIN))
        return _token(answer, "access_token", "expires_in")

    def _ask_for_persons(self) -> tuple[str, float]:
        headers = {"x-amz-access-token": self._access_token()}
        wanted = {"restrictedResources": [PERSONS]}
        path = "/tokens/2021-03-01/restrictedDataToken"
        status, answer = self.door.ask("POST", path, wanted, headers)
        if status in (400, 401, 403):
            self._forget()
            raise KeyRefused(str(NO_ROLE))
        return _token(answer, "restrictedDataToken", "expiresIn")

    def _kept(self, kind: str, ask: Callable[[], tuple[str, float]]) -> str:
        """A token of this process that is still valid, else a new one."""
        name = self._digest(kind)
        ends, token = _tokens.get(name, (0.0, ""))
        if not token or monotonic() >= ends:
            token, seconds = ask()
            if len(_tokens) >= MOST_KEPT:
                _tokens.clear()
            _tokens[name] = (monotonic() + seconds - EARLIER, token)
        return token

    def _forget(self) -> None:
        """A token may have been taken back: the next question asks for a new one."""
        for kind in (ACCESS, RESTRICTED):
            _tokens.pop(self._digest(kind), None)

    def _digest(self, kind: str) -> str:
        return sha256("\0".join((kind, self.door.address, *self.keys)).encode()).hexdigest()


def _token(answer: Any, name: str, lasts: str) -> tuple[str, float]:
    """(token, how many seconds it is valid)."""
    token, seconds = (
        answer.get(key) if isinstance(answer, dict) else None for key in (name, lasts)
    )
    if not isinstance(token, str) or not isinstance(seconds, int):
        raise Unanswered(say("Amazon's answer has no token."))
    return token, float(seconds)


def _message(answer: Any) -> str:
    """The message of a refusal."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("message") or "") if isinstance(first, dict) else ""
