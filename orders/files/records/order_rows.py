"""Read the rows of an order: its address and customer from the first, a line from each."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from orders.files.formats.cells import amount, count_of, country_of, when, yes_or_no
from orders.files.records.kinds import Cells, Draft, Problem, zone_of_seller
from orders.models import Import, Order, OrderLine
from orders.shops.base import IncomingLine, IncomingOrder
from orders.values.contacts import phone
from orders.values.counts import MOST_LINES, MOST_UNITS, whole
from orders.values.places import currency, main_language
from orders.values.texts import NUMBER, lines, one_line
from orders.values.unfit import Unfit
from orders.words import say

# What shops write where nothing was sent, paid late, or cancelled.
NOT_SENT = {
    "", "unfulfilled", "partial", "partially fulfilled", "pending", "no", "false", "0", "open",
    "restocked", "processing", "not shipped", "unshipped", "on hold", "scheduled",
}  # fmt: skip
UNPAID = {
    "pending", "unpaid", "voided", "refunded", "expired", "failed", "authorized", "authorised",
    "partially_paid", "partially paid",
}  # fmt: skip
PARTLY_REFUNDED = {"partially_refunded", "partially refunded"}
NOTHING = {"", "no", "false", "0"}
# A row further down may leave these empty; where it has another value, it is another order.
SAME_IN_ALL_ROWS = ("receiver", "street", "postcode", "city", "country", "email")
HASHED = (
    "number", "customer_name", "buyer_name", "email", "phone", "company", "street", "postcode",
    "city", "region", "country", "currency", "note",
)  # fmt: skip


def reference_of(cells: Cells) -> str:
    """The order's id, without the # that one file of a shop has and another has not."""
    return cells.line("reference").lstrip("#").strip()


def why_left_out(first: Cells) -> str:
    """Why an order of the file is not taken, though nothing is wrong with it."""
    if first.line("cancelled").casefold() not in NOTHING:
        return say("Cancelled in the shop")
    if first.line("sent").casefold() not in NOT_SENT:
        return say("Sent already")
    if (paid := first.line("paid").casefold()) in UNPAID:
        return say("Not paid: {state}", state=paid.replace("_", " "))
    return ""


def read_order(job: Import, draft: Draft) -> tuple[IncomingOrder, list[Problem]]:
    """The order of these rows, and what is wrong with them by row and column."""
    problems: list[Problem] = []
    readers = [Cells(job, row, problems) for row in draft.rows]
    first = readers[0]
    if not reference_of(first):
        first.refuse(
            "reference",
            say("expected the id of the order"),
            say("Enter the id of the order it belongs to."),
        )
    if first.line("paid").casefold() in PARTLY_REFUNDED:
        first.refuse(
            "paid",
            say(
                "expected an order without refunds: the file does not say which units were refunded"
            ),
            say("Take the refunded units out, and empty this cell."),
        )
    _check_same(readers)
    incoming = _incoming(first)
    if len(draft.rows) > MOST_LINES:
        first.refuse_row(
            say("expected at most {most} lines in an order", most=MOST_LINES),
            say("Divide the order."),
        )
    else:
        incoming.lines = [line for cells in readers if (line := _line(cells, incoming.currency))]
    return incoming, problems


def content_hash(order: IncomingOrder) -> bytes:
    """What an order says, as a keyed hash: names and addresses cannot be guessed from it.

    Titles do not count where there is a SKU, nor the moment: a file may have none.
    """
    written = [
        *(str(getattr(order, name)) for name in HASHED),
        *(
            f"{line.sku or line.title}|{line.quantity}|{line.unit_price}|{line.ships}"
            for line in order.lines
        ),
    ]
    return hmac.digest(settings.SECRET_KEY.encode(), msgspec.json.encode(written), "sha256")


def as_stored(order: IncomingOrder, home: str) -> IncomingOrder:
    """An order as its row will have it, for comparison with one that is there."""
    return IncomingOrder(
        reference=order.reference,
        number=one_line(order.number) or one_line(order.reference)[:NUMBER],
        placed_at=order.placed_at,
        lines=order.lines,
        customer_name=one_line(order.customer_name),
        buyer_name=one_line(order.buyer_name),
        email=one_line(order.email),
        phone=phone(order.phone, order.country or home),
        company=one_line(order.company),
        street=lines(order.street),
        postcode=one_line(order.postcode),
        city=one_line(order.city),
        region=one_line(order.region),
        country=order.country.upper(),
        currency=order.currency.upper(),
        note=one_line(order.note),
    )


def of_stored(order: Order, order_lines: Sequence[OrderLine]) -> IncomingOrder:
    """An order that is there, as a file would say it."""
    texts: dict[str, Any] = {name: getattr(order, name) for name in HASHED}
    return IncomingOrder(
        reference=order.reference,
        placed_at=order.placed_at,
        is_gift=order.is_gift,
        lines=[
            IncomingLine(
                line.sku, line.title, line.ordered, line.unit_price, line.ships or line.is_kit
            )
            for line in order_lines
            if not line.kit_line_id
        ],
        **texts,
    )


def _incoming(first: Cells) -> IncomingOrder:
    reference = reference_of(first)
    receiver, buyer = _receiver(first), first.line("buyer")
    return IncomingOrder(
        reference=reference,
        number=first.line("number") or first.line("reference") or reference,
        placed_at=_placed_at(first),
        lines=[],
        customer_name=receiver or buyer,
        buyer_name="" if buyer == receiver or not receiver else buyer,
        email=first.line("email"),
        phone=first.line("phone"),
        company=first.line("company"),
        street=_street(first),
        postcode=first.line("postcode"),
        city=first.line("city"),
        region=first.line("region"),
        country=first.kept("country", country_of, ""),
        language=main_language(first.line("language")),
        currency=first.kept("currency", currency, ""),
        note=first.line("note"),
        is_gift=first.kept("gift", yes_or_no, otherwise=False),
    )


def _receiver(first: Cells) -> str:
    return first.line("receiver") or f"{first.line('first_name')} {first.line('last_name')}".strip()


def _street(first: Cells) -> str:
    parts = (first.text(name) for name in ("street", "street2", "street3"))
    return lines("\n".join(part.replace("\r", "\n") for part in parts if part))


def _placed_at(first: Cells) -> datetime:
    """When it was placed; where the file does not say, when it was uploaded."""
    job = first.job
    if not first.has("placed_at"):
        return job.created_at
    zone = zone_of_seller(job)
    return first.kept(
        "placed_at",
        lambda text: when(text, day_first=job.day_first, zone=zone) if text else job.created_at,
        job.created_at,
    )


def _check_same(readers: list[Cells]) -> None:
    first = readers[0]
    for name in SAME_IN_ALL_ROWS:
        if not first.has(name):
            continue
        wanted = first.line(name)
        for cells in readers[1:]:
            if (other := cells.line(name)) and other != wanted:
                cells.refuse(
                    name,
                    say(
                        "expected “{value}”, as in row {row} of the same order",
                        value=wanted[:60],
                        row=first.row.number,
                    ),
                    say("Give the order another id, or the same value."),
                )


def _line(cells: Cells, paid_in: str) -> IncomingLine | None:
    """The line of a row; None where it was sent, or nothing is wanted of it."""
    if cells.line("line_sent").casefold() not in NOT_SENT:
        return None
    sku, title, variant = cells.line("sku"), cells.line("title"), cells.line("variant")
    if not sku and not title:
        cells.refuse("sku" if cells.has("sku") else "title", say("expected a SKU or a product"))
    quantity = cells.kept("quantity", _units, 1)
    if not quantity:
        return None
    return IncomingLine(
        sku=sku,
        title=f"{title} ({variant})" if title and variant else title,
        quantity=quantity,
        unit_price=cells.kept("price", lambda text: amount(text, paid_in) if text else 0, 0),
        ships=cells.kept("ships", lambda text: yes_or_no(text) if text else True, otherwise=True),
        shop_line=cells.line("line_id"),
    )


def _units(text: str) -> int:
    if not text:
        raise Unfit(say("expected how many"))
    return whole(count_of(text), least=0, most=MOST_UNITS)
