"""Files of orders: accepted by the same intake as those of the API and of shops."""

from collections.abc import Mapping, Sequence
from typing import Any

from orders.access import Role
from orders.files.formats.plain import plain
from orders.files.records.kinds import (
    BETWEEN_NOTES,
    Action,
    Cells,
    Draft,
    Problem,
    Verdict,
    channel_of,
    rejected,
    seller_of,
    skipped,
    warehouse_of,
)
from orders.files.records.order_columns import COLUMNS, lacking
from orders.files.records.order_rows import (
    as_stored,
    content_hash,
    of_stored,
    read_order,
    reference_of,
    why_left_out,
)
from orders.intake.acceptance import accept_orders, problems_of
from orders.lifecycle.aliases import meant_by
from orders.models import Import, ImportRecord, Order, OrderLine
from orders.services.choosing import choose
from orders.services.reach import Place, Size
from orders.shops.base import IncomingOrder
from orders.values.contacts import mailable, phone
from orders.values.texts import one_line

KNOWN = "Known already, and the same"
OTHER = "expected the order as it was imported before: this one has other contents"
CHANGE_HERE = "Change the order on its page, or give this one another id."
ELSEWHERE = "Another channel has an order with this number: is it the same?"
UNKNOWN_SKU = "Will wait on hold: a SKU is no product of yours"
NO_ADDRESS = "Will wait on hold: the address is not complete"
NO_SERVICE = "Will wait on hold: no service goes to this address"
BAD_EMAIL = "The e-mail address is not valid: nothing is sent to it until you correct it"
BAD_PHONE = "The phone number is none, so there are no text messages"
ALL_LEFT_OUT = "Nothing of it is to be sent"


class Orders:
    """A row for each product of an order, its rows one below the other."""

    code = "orders"
    title = "Orders"
    nouns = ("order", "orders")
    explained = "An order whose id is known in the same channel is never created again."
    columns = COLUMNS
    spans_rows = True
    has_channel = True
    has_dates = True
    is_of_seller = True
    roles = (Role.OWNER, Role.STAFF)

    def lacking(self, columns: Mapping[str, int], headings: Sequence[str]) -> list[str]:
        """What a choice of columns lacks."""
        return lacking(columns, [plain(heading) for heading in headings])

    def key_of(self, cells: Cells) -> str:
        return reference_of(cells)

    def check(self, job: Import, drafts: Sequence[Draft]) -> list[Verdict]:
        """What is to be done with each order; a known one is compared with what is there."""
        found = [_read(job, draft) for draft in drafts]
        references = {verdict.value.reference for verdict in found if verdict.value}
        known = _known(job, references)
        judged = [
            _compared(verdict, known[verdict.value.reference], draft)
            if verdict.value and verdict.value.reference in known
            else verdict
            for verdict, draft in zip(found, drafts, strict=True)
        ]
        _warn(job, [verdict for verdict in judged if verdict.action == Action.CREATE])
        return judged

    def write(
        self, job: Import, drafts: Sequence[Draft], before: Sequence[dict[str, Any]]
    ) -> list[Verdict]:
        """Accept those that are new, in one statement."""
        verdicts = self.check(job, drafts)
        new = [verdict for verdict in verdicts if verdict.action == Action.CREATE]
        if not new:
            return verdicts
        accepted = accept_orders(channel_of(job), [verdict.value for verdict in new])
        for verdict, one in zip(new, accepted, strict=True):
            verdict.order_id = one.order_id
            if not one.is_new:  # another way in was faster
                verdict.action, verdict.note = Action.SKIP, KNOWN
        return verdicts


def _read(job: Import, draft: Draft) -> Verdict:
    if left_out := why_left_out(Cells(job, draft.rows[0], [])):
        return skipped(left_out)
    order, problems = read_order(job, draft)
    if not problems and not order.lines:
        return skipped(ALL_LEFT_OUT)
    if not problems:
        problems = [Problem(draft.number, path, "", text) for path, text in problems_of(order)]
    if problems:
        return rejected(*problems)
    stored = as_stored(order, warehouse_of(job).country)
    return Verdict(Action.CREATE, value=order, content_hash=content_hash(stored))


def _warn(job: Import, new: Sequence[Verdict]) -> None:
    """Note what will become of orders that are taken all the same."""
    orders = [verdict.value for verdict in new]
    skus = {line.sku for order in orders for line in order.lines if line.ships}
    meant = meant_by(channel_of(job), skus)
    numbers = {form for order in orders for form in _numbers(order)}
    elsewhere = set(
        Order.objects.filter(seller=job.seller_id, number__in=numbers)
        .exclude(channel=job.channel_id)
        .values_list("number", flat=True)
    )
    home = warehouse_of(job).country
    for verdict in new:
        order = verdict.value
        ships = [line for line in order.lines if line.ships]
        notes = {
            ELSEWHERE: not elsewhere.isdisjoint(_numbers(order)),
            UNKNOWN_SKU: any(one_line(line.sku) not in meant for line in ships),
            NO_SERVICE: ships and _is_out_of_reach(job, order),
            NO_ADDRESS: ships and not (order.street and order.city and order.country),
            BAD_EMAIL: order.email and not mailable(order.email),
            BAD_PHONE: order.phone and not phone(order.phone, order.country or home),
        }
        verdict.note = BETWEEN_NOTES.join(note for note, is_so in notes.items() if is_so)


def _is_out_of_reach(job: Import, order: IncomingOrder) -> bool:
    if not (order.street and order.city and order.country):
        return False
    place = Place(order.country.upper(), order.postcode, order.city)
    return bool(choose(seller_of(job), place, Size(units=1))[1])


def _numbers(order: IncomingOrder) -> set[str]:
    return {order.number, order.reference, f"#{order.reference}"}


def _compared(verdict: Verdict, known: tuple[Order, set[bytes]], draft: Draft) -> Verdict:
    order, hashes = known
    if verdict.content_hash in hashes:
        return Verdict(Action.SKIP, note=KNOWN, order_id=order.pk)
    problem = Problem(draft.number, "", verdict.value.reference, OTHER, CHANGE_HERE)
    return Verdict(Action.REJECT, [problem], order_id=order.pk)


def _known(job: Import, references: set[str]) -> dict[str, tuple[Order, set[bytes]]]:
    """Orders of the channel by reference, with the hashes of what they are and were."""
    rows = Order.objects.filter(
        seller=job.seller_id, channel=job.channel_id, reference__in=references
    )
    orders = {order.pk: order for order in rows}
    if not orders:
        return {}
    hashes: dict[Any, set[bytes]] = {pk: set() for pk in orders}
    by_order: dict[Any, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=orders).order_by("position"):
        by_order.setdefault(line.order_id, []).append(line)
    for pk, order in orders.items():
        hashes[pk].add(content_hash(of_stored(order, by_order.get(pk, []))))
    imported = ImportRecord.objects.filter(order__in=orders, is_done=True)
    for order_id, kept in imported.values_list("order_id", "content_hash"):
        hashes[order_id].add(bytes(kept))
    return {order.reference: (order, hashes[pk]) for pk, order in orders.items()}
