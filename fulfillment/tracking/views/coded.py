"""The gate of acts that move goods or money: a mailed code, asked for on the page of the act."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse

from fulfillment.tracking.levels import (
    is_proven_by_code,
    may_be_mailed,
    plan_code,
    prove,
    try_code,
    was_asked,
)
from fulfillment.tracking.wording.record import Acts
from orders.models import Order

PASSED, ASKED, NEEDED, WRONG, LOCKED = 200, 202, 403, 422, 429
LONGEST = 20


@dataclass
class CodeGate:
    """Whether this browser may act on this order: it has typed a code that was mailed.

    `path` is that of the tracking page. What is to be kept in the browser is kept by `keep`.
    """

    request: HttpRequest
    order: Order
    path: str
    say: Acts
    kept: HttpResponse = field(default_factory=HttpResponse)

    def __post_init__(self) -> None:
        self.is_open = is_proven_by_code(self.request, self.order.pk)
        self.is_asked = was_asked(self.request, self.order.pk)

    @property
    def can_ask(self) -> bool:
        return may_be_mailed(self.order)

    def pass_with(self, values: dict[str, str], wrong: dict[str, str]) -> int:
        """PASSED, or the status of the page that asks for the code; `wrong` says why."""
        if self.is_open:
            return PASSED
        if not self.can_ask:
            wrong["act"] = self.say.code_impossible
            return NEEDED
        if "send" in values:
            return self._send(wrong)
        if not values.get("code", "").strip():
            wrong["code"] = self.say.code_needed
            return NEEDED
        return self._try(values["code"][:LONGEST], wrong)

    def keep(self, response: HttpResponse) -> HttpResponse:
        """Give the browser what it has to keep: that it asked, or its proof."""
        response.cookies.update(self.kept.cookies)
        return response

    def _send(self, wrong: dict[str, str]) -> int:
        if not plan_code(self.request, self.kept, self.order, self.path):
            wrong["act"] = self.say.locked
            return LOCKED
        self.is_asked = True
        return ASKED

    def _try(self, code: str, wrong: dict[str, str]) -> int:
        answer = try_code(self.request, self.order, code)
        if answer:
            prove(self.kept, self.order.pk, self.path, by_code=True)
            self.is_open = True
            return PASSED
        wrong["code"] = self.say.locked if answer is None else self.say.wrong_code
        return LOCKED if answer is None else WRONG
