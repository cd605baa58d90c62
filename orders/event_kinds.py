"""The registry of event kinds: each kind that may be recorded, with its texts and traits.

Adding an event is one line in the list of the app that records it; `settings.EVENT_KINDS` names
the lists. `orders` lists what happens to its own rows and quantities, whoever does it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

UNDONE = "_undone"
LONGEST = 40  # characters of the column
SHAPE = re.compile(r"[a-z_]+\.[a-z_]+")
ANY = "*"


@dataclass(frozen=True, slots=True)
class EventKind:
    """One kind of event: `<model>.<status>` or `<model>.<past participle>`.

    `history`: the text for sellers; `{}` is the name of the row. Empty: "<row> <participle>".
    `customer`: the text on the tracking page; empty: not shown there. `{seller}` may be used.
    `heading`: its group where a seller chooses webhook events; empty: only sent with all events.
    `by_customer`: the customer did it, if no user did.
    `concerns_supply`: supply may be free or a line may wait for it: the allocator is woken.
    `concerns_shop`: the shop of the order is told.
    `concerns_reach`: a service may reach an order that waits for one.
    `is_undoable`: it may be undone, by an event of the kind `<name>_undone`; `undone` is the text
    for sellers of that event.
    """

    name: str
    history: str = ""
    customer: str = ""
    heading: str = ""
    by_customer: bool = False
    concerns_supply: bool = False
    concerns_shop: bool = False
    concerns_reach: bool = False
    is_undoable: bool = False
    undone: str = ""

    @property
    def phrase(self) -> str:
        """The text for sellers, with `{}` for the name of the row."""
        return self.history or f"{{}} {self.name.partition('.')[2].replace('_', ' ')}"


ORDERS, SHIPMENTS, PACKAGES, RETURNS = "Orders", "Shipments", "Packages", "Returns"
_K = EventKind
# fmt: off
KINDS = (
    _K("order.received", "Order received", "Order received", ORDERS, concerns_supply=True),
    _K("order.allocated", "Stock reserved", heading=ORDERS),
    _K("order.backordered", "Out of stock: units backordered", heading=ORDERS,
       concerns_supply=True),
    _K("order.cancelled", customer="Cancelled", heading=ORDERS, concerns_shop=True,
       concerns_supply=True, is_undoable=True, undone="Cancellation undone"),
    _K("order.lines_cancelled", "Units cancelled", "Partly cancelled", ORDERS, concerns_shop=True,
       concerns_supply=True, is_undoable=True, undone="Cancellation of units undone"),
    _K("order.line_linked", "Unknown SKU linked to a product", heading=ORDERS,
       concerns_supply=True),
    _K("order.lines_added", "Units added", heading=ORDERS, concerns_supply=True),
    _K("order.edited", "Order changed", heading=ORDERS, concerns_supply=True),
    _K("order.tagged", "Tags changed"),
    _K("order.routed", "Routing rules applied", heading=ORDERS),
    _K("order.address_entered", "Address entered", heading=ORDERS),
    _K("order.wished", "Delivery wish chosen", by_customer=True),
    _K("order.wish_withdrawn", "Delivery wish withdrawn", by_customer=True),
    _K("order.point_closed", "Chosen pickup point closed"),
    _K("order.address_changed", "Address changed", by_customer=True),
    _K("order.called_off", "Order called off", by_customer=True),
    _K("order.call_off_settled", "Refund of what was cancelled ticked off"),
    _K("order.erased", "Personal data erased", heading=ORDERS),
    _K("order.exported", "Personal data exported"),
    _K("hold.opened", "Put on hold", heading=ORDERS),
    _K("hold.released", "Hold released", heading=ORDERS, concerns_supply=True),

    _K("shipment.planned", "{} planned", heading=SHIPMENTS),
    _K("shipment.released", heading=SHIPMENTS),
    _K("shipment.picking", "Picking of {} started", heading=SHIPMENTS),
    _K("shipment.picked", heading=SHIPMENTS),
    _K("shipment.packed", customer="Packed", heading=SHIPMENTS, is_undoable=True),
    _K("shipment.ready", customer="Ready to ship", heading=SHIPMENTS,
       is_undoable=True),
    _K("shipment.handed_over", customer="Left our warehouse", heading=SHIPMENTS, is_undoable=True),
    _K("shipment.reduced", "Units of {} cancelled", heading=SHIPMENTS, concerns_supply=True),
    _K("shipment.split", "Units of {} sent apart", heading=SHIPMENTS),
    _K("shipment.sent_together", "{} goes out in one box with another order", heading=SHIPMENTS),
    _K("shipment.sent_apart", "{} goes out in a box of its own", heading=SHIPMENTS),
    _K("shipment.moved", "{} leaves another warehouse", heading=SHIPMENTS, concerns_supply=True),
    _K("shipment.joined", "{} put into another shipment", heading=SHIPMENTS),
    _K("shipment.cancelled", heading=SHIPMENTS, concerns_supply=True),

    _K("package.opened", heading=PACKAGES),
    _K("package.emptied", heading=PACKAGES),
    _K("package.unit_taken_out", "One unit taken out of {}", heading=PACKAGES),
    _K("package.packing", "Packing of {} started"),
    _K("package.packed", heading=PACKAGES, is_undoable=True),
    _K("package.labelled", heading=PACKAGES, is_undoable=True),
    _K("package.handed_over", heading=PACKAGES, is_undoable=True, concerns_shop=True),
    _K("package.in_transit", "{} is with the carrier", "In transit", PACKAGES),
    _K("package.out_for_delivery", customer="Out for delivery", heading=PACKAGES),
    _K("package.attempt_failed", "delivery attempt of {} failed", "Could not be delivered",
       PACKAGES, is_undoable=True),
    _K("package.at_pickup_point", "{} is at a pickup point", "At the pickup point", PACKAGES,
       is_undoable=True, undone="{} is not at a pickup point: undone"),
    _K("package.delivered", customer="Delivered", heading=PACKAGES, is_undoable=True,
       concerns_shop=True),
    _K("package.returning", "{} is undeliverable and on its way back",
       "On its way back to {seller}", PACKAGES, is_undoable=True,
       undone="{} is not on its way back: undone"),
    _K("package.returned", "{} is back in the warehouse", "Returned to us", PACKAGES),
    _K("package.lost", customer="Lost in transit", heading=PACKAGES, concerns_shop=True),
    _K("package.found", "{} was found again", "Found again", PACKAGES, concerns_shop=True),
    _K("package.damaged", customer="Damaged in transit", heading=PACKAGES),
    _K("package.cancelled", heading=PACKAGES),
    _K("package.due_tomorrow", "{} due for delivery tomorrow"),

    _K("return.requested", "{} requested", "Return requested", RETURNS, by_customer=True),
    _K("return.approved", customer="Return approved", heading=RETURNS),
    _K("return.refused", customer="Return declined", heading=RETURNS),
    _K("return.cancelled", customer="Return cancelled", heading=RETURNS, by_customer=True),
    _K("return.received", customer="Return received", heading=RETURNS),
    _K("return.closed", customer="Return completed", heading=RETURNS, concerns_shop=True),
    _K("return_rule.added", "Rule of the return policy added"),
    _K("return_rule.moved", "Rule of the return policy moved"),
    _K("return_rule.deleted", "Rule of the return policy deleted"),
    _K("return.differs", "What came in {} differs from what was expected", heading=RETURNS),
    _K("return.sent_ahead", "What is in exchange for {} is sent before it came", heading=RETURNS),
    _K("return.surcharge_waived", "What the exchange of {} costs more is waived", heading=RETURNS),
    _K("return.surcharge_asked", "What the exchange of {} costs more is asked for in the shop",
       heading=RETURNS),
    _K("return.due_back", "The customer of {} told by when it has to come", heading=RETURNS),
    _K("return.hand_in_due", "The customer of {} reminded to hand it in", heading=RETURNS),
    _K("return.expired", "{} expired", "Return expired", RETURNS),
    _K("return.lapsed", "{} closed as sold: nothing came", heading=RETURNS),
    _K("return.to_decide", "What came in {} is not what was announced", heading=RETURNS),
    _K("return.settled", "All that differed in {} is decided", heading=RETURNS),
    _K("return.label_made", "Label of {} made", heading=RETURNS),
    _K("return.label_failed", "The carrier makes no label of {}", heading=RETURNS),
    _K("return.label_voided", "Label of {} voided"),
    _K("return.handed_in", "Parcel of {} handed in", "Return handed in", RETURNS),
    _K("return.repairing", "{} inspected, and to be repaired", "To be repaired", RETURNS),
    _K("repair.aside", "Units set aside to be repaired"),
    _K("repair.aside_undone", "Units not set aside to be repaired after all"),
    _K("repair.waiting", "Units wait to be repaired", heading=RETURNS),
    _K("repair.repaired", "Units repaired", heading=RETURNS),
    _K("repair.failed", "Units not repaired: they go back as they are", heading=RETURNS),
    _K("repair.refunded", "Units of a repair written off: they do not go back", heading=RETURNS),
    _K("repair.sent", "Units of a repair on their way to packing", heading=RETURNS),
    _K("repair.sent_undone", "Units of a repair set aside again, not packed", heading=RETURNS),
    _K("refund.owed", "Refund owed for a return", heading=RETURNS),
    _K("refund.paid", "Refund of a return ticked off"),
    _K("refund.paid_undone", "Refund of a return is not paid after all", heading=RETURNS),
    _K("refund.waived", "Refund of a return waived", heading=RETURNS),
    _K("refund.waived_undone", "Refund of a return owed again", heading=RETURNS),
    _K("return.refunded", "{} refunded in the shop", heading=RETURNS),
    _K("seller.refund_terms_changed", "Terms of refunds changed"),
    _K("seller.return_reasons_changed", "Reasons of returns changed"),
    _K("return_line.restocked", heading=RETURNS, concerns_supply=True, is_undoable=True,
       undone="Restock undone"),
    _K("return_line.refurbished", heading=RETURNS, concerns_supply=True, is_undoable=True,
       undone="Refurbishing undone"),
    _K("return_line.photographed", "Photo taken of a returned unit"),
    _K("return_line.photo_removed", "Photo of a returned unit removed"),
    _K("return_line.written_off", heading=RETURNS, is_undoable=True, undone="Write-off undone"),
    _K("discrepancy.found", "Discrepancy found", heading=RETURNS),
    _K("discrepancy.decided", "Discrepancy decided", heading=RETURNS),
    _K("discrepancy.done", "Discrepancy done", heading=RETURNS, concerns_supply=True),
    _K("discrepancy.done_undone", "Refund of what was missing is owed again", heading=RETURNS),
    _K("undeliverable.received", "{} opened for the undeliverable parcel"),
    _K("undeliverable.closed", "{} inspected"),

    _K("problem.reported", "Problem with a parcel reported", by_customer=True),
    _K("problem.answered", "Reported problem answered"),
    _K("problem.refunded", "Refund of a reported problem ticked off"),

    _K("promise.given", "Date promised", "Date set"),
    _K("promise.withdrawn", "Promised date withdrawn", "Date withdrawn"),
    _K("promise.moved", "Promised date changed", "New date"),
    _K("promise.adjusted", "Promised date narrowed down"),
    _K("promise.at_risk", "Promise at risk"),
    _K("promise.broken", "Promise broken"),

    _K("seller.shipping_rule_changed", "Rule for incomplete orders changed"),
    _K("seller.warehouses_changed", "Warehouses to ship from changed", concerns_supply=True),
    _K("routing_rule.added"),
    _K("routing_rule.changed"),
    _K("routing_rule.deleted"),
    _K("service.added", concerns_reach=True),
    _K("service.changed", concerns_reach=True),
    _K("service.deleted", concerns_reach=True),
    _K("product.added"),
    _K("product.changed"),
    _K("product.named"),
    _K("api_key.made"),
    _K("api_key.rotated"),
    _K("api_key.revoked"),
    _K("invitation.sent", "Somebody invited"),
    _K("invitation.withdrawn", "Invitation withdrawn"),
    _K("member.added", "Member added"),
    _K("member.removed", "Member removed"),
    _K("user.exported"),
    _K("user.erased"),
    _K("channel.opened"),
    _K("channel.renamed"),
    _K("channel.paused"),
    _K("channel.resumed"),
    _K("channel.deleted"),
    _K("import.begun"),
    _K("channel.secret_changed"),
    _K("channel.payment_rule_changed"),
    _K("channel.linked"),
    _K("channel.stock_rule_changed"),
    _K("sku_alias.forgotten"),
    _K("channel.unlinked"),
    _K("channel.mapping_changed"),
)
# fmt: on


class UnknownEventKind(ValueError):
    """An event of a kind that no list of settings.EVENT_KINDS has."""

    def __init__(self, name: str):
        lists = ", ".join(settings.EVENT_KINDS)
        super().__init__(f"{name!r} is no kind of event: add a line for it to one of {lists}.")


@cache
def event_kinds() -> Mapping[str, EventKind]:
    """{name: kind} of all lists, in order. Raises ImproperlyConfigured for an invalid kind."""
    found: dict[str, EventKind] = {}
    for path in settings.EVENT_KINDS:
        for kind in _with_undo(import_string(path)):
            if kind.name in found:
                raise ImproperlyConfigured(f"The kind of event {kind.name} is listed twice.")
            if not SHAPE.fullmatch(kind.name) or len(kind.name) > LONGEST:
                raise ImproperlyConfigured(
                    f"{kind.name!r} is no name for a kind of event: <model>.<past participle>, "
                    f"at most {LONGEST} characters."
                )
            found[kind.name] = kind
    return found


def event_kind(name: str) -> EventKind:
    """The kind of this name. Raises UnknownEventKind."""
    try:
        return event_kinds()[name]
    except KeyError:
        raise UnknownEventKind(name) from None


def check_event_kinds() -> None:
    """Check at start that each status which `move` and `move_back` record has a kind.

    Raises ImproperlyConfigured, which stops the start.
    """
    missing = sorted(set(_recorded_by_moves()) - event_kinds().keys())
    if missing:
        lists = ", ".join(settings.EVENT_KINDS)
        raise ImproperlyConfigured(
            f"No kind of event for {', '.join(missing)}: add a line for each to one of {lists}."
        )
    for task, trait in settings.WAKE_UPS.items():
        if trait != ANY and trait not in EventKind.__dataclass_fields__:
            raise ImproperlyConfigured(f"WAKE_UPS of {task}: {trait} is no field of EventKind.")


def _with_undo(kinds: Iterable[EventKind]) -> Iterator[EventKind]:
    for kind in kinds:
        yield kind
        if kind.is_undoable:
            yield EventKind(
                kind.name + UNDONE,
                kind.undone,
                concerns_supply=kind.concerns_supply,
                concerns_shop=kind.concerns_shop,
            )


def _recorded_by_moves() -> Iterator[str]:
    for model in apps.get_models():
        kind, moves = getattr(model, "KIND", ""), getattr(model, "MOVES", {})
        if not kind:
            continue
        for status in {to for targets in moves.values() for to in targets}:
            yield f"{kind}.{status}"
        for status in getattr(model, "UNDO_MOVES", ()):
            yield f"{kind}.{status}{UNDONE}"
