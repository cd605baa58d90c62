"""`POST /api/v1/orders/bulk/`: up to 1,000 orders at once, with an answer for each."""

from typing import Annotated, Literal

import msgspec
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.errors import refusal_of
from fulfillment.api.operations import Operation, answer
from fulfillment.api.orders.accepting import AcceptedOrder
from fulfillment.api.orders.shapes import EXAMPLES, NewOrder, read_order
from fulfillment.api.rows import ApiView
from fulfillment.serving.problems import FieldProblem
from orders.access import Scope
from orders.errors import DomainError, InvalidInput
from orders.intake.acceptance import accept_checked, problems_of
from orders.intake.idempotency import CREATED, KNOWN
from orders.intake.sizes import are_over
from orders.models import SalesChannel
from orders.shops.base import IncomingOrder
from orders.shops.reading import NotJson, decode

MOST = 1000
MOST_LINES = 20_000  # of all orders of a request: one statement writes them
TOO_MANY_LINES = (
    f"expected at most {MOST_LINES} lines in all orders together, where a kit counts as its parts"
)
TOO_MANY_ROWS = f"expected 1 to {MOST} orders"

_raw = msgspec.json.Decoder(list[msgspec.Raw])


class BulkRow(msgspec.Struct):
    """The answer to one order: what `POST /api/v1/orders/` would have said to it alone."""

    row: Annotated[int, Meta(description="Its place in the request; the first is 1.")]
    status: Literal[201, 200, 400, 422]
    order: AcceptedOrder | None
    errors: list[FieldProblem]


class BulkAnswer(msgspec.Struct):
    """An answer for each order, in the order of the request."""

    results: list[BulkRow]


class BulkOrders(ApiView):
    """`POST`: good orders are stored, whatever is wrong with others; a repeat stores none twice."""

    tag = "Orders"
    scopes = {"POST": Scope.ORDERS}
    operations = {
        "POST": Operation(
            "createOrders",
            "Create many orders",
            {200: BulkAnswer},
            refusals=(400, 413, 422),
            text=f"A JSON list, or one JSON object a line (NDJSON), of 1 to {MOST} orders. Each "
            "row is answered by itself: 201 new, 200 known, 400 or 422 refused with its problems. "
            "Send the same request again after a lost answer: the same `reference` is the same "
            "order.",
            body=NewOrder,
            takes_many=MOST,
            examples={name: [example] for name, example in EXAMPLES.items()},
        )
    }

    def post(self, request: ApiRequest) -> HttpResponse:
        # Not `body`, which has Django's limit; the limit of this path was checked before.
        return answer(BulkAnswer(accept_rows(request.auth, _rows_in(request._request.read()))))


def accept_rows(channel: SalesChannel, rows: list[bytes]) -> list[BulkRow]:
    """Accept the good ones in one statement. Raises InvalidInput for too many lines together."""
    good: dict[int, IncomingOrder] = {}
    answers: dict[int, BulkRow] = {}
    for number, row in enumerate(rows, start=1):
        try:
            order = read_order(row)
            if problems := problems_of(order):
                raise InvalidInput(problems)
        except DomainError as error:
            answers[number] = _refused(number, error)
        else:
            good[number] = order
    orders = list(good.values())
    if are_over(channel, orders, MOST_LINES):
        raise InvalidInput([("", TOO_MANY_LINES)])
    accepted = accept_checked(channel, orders) if orders else []
    for number, one in zip(good, accepted, strict=True):
        status: Literal[201, 200] = CREATED if one.is_new else KNOWN  # type: ignore[assignment]  # numbers of HTTP
        answers[number] = BulkRow(number, status, msgspec.convert(one.answer, AcceptedOrder), [])
    return [answers[number] for number in sorted(answers)]


def _refused(number: int, error: DomainError) -> BulkRow:
    status, problems = refusal_of(error)
    told = [FieldProblem(field, text) for field, text in problems]
    return BulkRow(number, 400 if status == 400 else 422, None, told)


def _rows_in(body: bytes) -> list[bytes]:
    """The text of each order. Raises NotJson for a broken list, InvalidInput for too many rows."""
    if body.lstrip()[:1] == b"[":
        try:
            rows = [bytes(raw) for raw in _raw.decode(body)]
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            decode(body)  # says why, where it is the text
            raise NotJson("The body is not a JSON list.") from None
    else:
        rows = [line for line in body.split(b"\n") if line.strip()]
    if not 1 <= len(rows) <= MOST:
        raise InvalidInput([("", TOO_MANY_ROWS)])
    return rows
