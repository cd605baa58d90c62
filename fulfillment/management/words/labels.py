"""Texts of the sellers' pages that are said where a constant is shown, as in `constants.py`."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import TextChoices

from fulfillment.accounts.views.members import ROLES
from fulfillment.dashboard.edit_forms import PRIORITIES
from fulfillment.dashboard.forms import RotateForm
from fulfillment.dashboard.list_forms import SORT_NAMES
from fulfillment.dashboard.queries import rules as rules_in_words
from fulfillment.dashboard.queries.first_day import STEPS
from fulfillment.dashboard.queries.matter_kinds import BANDS, KINDS
from fulfillment.dashboard.queries.orders.parcels import STEPS as PARCEL_STEPS
from fulfillment.dashboard.queries.orders.sources import BECAUSE
from fulfillment.dashboard.queries.orders.standing import TROUBLE
from fulfillment.dashboard.queries.products import LABELS as PRODUCT_FIELDS
from fulfillment.dashboard.queries.returns.listing import TABS as RETURN_TABS
from fulfillment.dashboard.queries.timeline import REASONS, SYSTEM, phrase_of
from fulfillment.dashboard.rule_forms import ANYWAY, EITHER
from fulfillment.dashboard.service_forms import NO_CARRIER, SERVED
from fulfillment.dashboard.views import mappings, shop_links, shops
from fulfillment.dashboard.views.attention import WORDS
from fulfillment.dashboard.views.orders import ACTS, TABS
from fulfillment.dashboard.views.products import TABS as PRODUCT_TABS
from fulfillment.dashboard.views.returns import reasons
from fulfillment.dashboard.views.returns.discrepancies import (
    FOLLOWS,
    FOLLOWS_AHEAD,
    FOLLOWS_SOLD,
)
from fulfillment.dashboard.views.stock import TABS as STOCK_TABS
from notifications.kinds.catalogue import KINDS as MESSAGES
from notifications.models import Message, Suppression
from notifications.models.delivery import channel_choices
from notifications.models.webhooks import Endpoint
from notifications.states import MessageStatus
from notifications.webhooks.kinds import GROUPS as WEBHOOK_GROUPS
from notifications.webhooks.post import BAD_CERTIFICATE, FAILED, TOO_MUCH
from orders import errors
from orders.access import Scope
from orders.accounts.invitations import BY_OWNER
from orders.carriers import CARRIERS, OWN
from orders.event_kinds import EventKind, event_kinds
from orders.intake import differences
from orders.models import (
    ApiKey,
    BulkJob,
    BulkRow,
    Call,
    Discrepancy,
    Hold,
    Order,
    Package,
    Problem,
    Promise,
    Push,
    Refund,
    Return,
    ReturnLine,
    ReturnReason,
    ReturnRule,
    SalesChannel,
    Service,
    Shipment,
    ShopOrder,
    Wish,
)
from orders.models.returning.repairs import NOT_SENT
from orders.models.returns import EXPIRED
from orders.pushes.links import CLOSED
from orders.returns import rules
from orders.routing.rules import LISTS as RULE_LISTS
from orders.shops import SHOPS, STOCK_TELLERS, TELLERS, stock_teller_of, teller_of
from orders.shops.base import Explained
from orders.shops.mapped.adapter import MappedJson
from orders.shops.mapped.mapping import PLACES
from orders.states import (
    DiscrepancyStatus,
    OrderStatus,
    PackageStatus,
    RefundStatus,
    RepairStatus,
    ReturnLabelStage,
    ReturnStatus,
    ShipmentStatus,
    ShippingRule,
)
from warehouse.models import PickLine, StockMovement
from warehouse.states import InboundStatus

# Their labels stand on pages; a sentence of what cannot be done says the code too.
STATUSES: tuple[type[TextChoices], ...] = (
    DiscrepancyStatus, OrderStatus, PackageStatus, ReturnStatus, ShipmentStatus,
)  # fmt: skip
CHOICES: tuple[type[TextChoices], ...] = (
    Discrepancy.Kind, Endpoint.PausedBecause, Message.Audience, MessageStatus, Problem.Kind,
    Discrepancy.Decision, Hold.Reason, Package.Failure, Package.HandedTo, Problem.Answer,
    Promise.Kind, Promise.Outcome, Promise.Reason, Refund.Method, ShippingRule,
    ShopOrder.Payment, Wish.Kind, PickLine.ShortReason, StockMovement.Reason, Suppression.Reason,
    Push.What,
    BulkJob.Act, BulkRow.State, RefundStatus, RepairStatus, ReturnLabelStage,
    ApiKey.RevokedBecause, Scope,
    ReturnRule.Outcome, ReturnLine.Condition, ReturnReason.Asks, Service.Days,
    SalesChannel.SendsOnce, SalesChannel.Kind, Call.State, Push.State,
)  # fmt: skip
# What a status agrees with, by the name of its model.
NOUNS: dict[str, type[TextChoices]] = {
    "order": OrderStatus, "shipment": ShipmentStatus, "package": PackageStatus,
    "return": ReturnStatus, "refund": RefundStatus, "discrepancy": DiscrepancyStatus,
    "repair": RepairStatus, "return label": ReturnLabelStage,
    "promise": Promise.Outcome,
    "condition": ReturnLine.Condition,
    "call": Call.State, "news": Push.State, "inbound": InboundStatus,
}  # fmt: skip
MOVED = (Discrepancy, Order, Package, Return, Shipment)  # of which an error names one
TABLES: tuple[Mapping[Any, Any], ...] = (
    errors.ALREADY, errors.PRESENT, errors.WANTED, differences.WORDS, REASONS,
    RETURN_TABS, SORT_NAMES, TABS, TROUBLE, WORDS, PRIORITIES, dict(ACTS), PARCEL_STEPS, FOLLOWS,
    FOLLOWS_AHEAD, FOLLOWS_SOLD,
    PRODUCT_FIELDS, PRODUCT_TABS, STOCK_TABS, BECAUSE, dict(RotateForm.HOURS),
    dict(enumerate((*rules.DAYS, *rules.WORTH))), dict(reasons.SCOPES), dict(reasons.PAYERS),
    {label: label for _, label in (ANYWAY, *EITHER, *SERVED)}, rules_in_words.LABELS,
    shops.STATES, shop_links.STATES,
    dict(enumerate(mappings.GROUPS)), {name: place.label for name, place in PLACES.items()},
    dict(enumerate((*rules_in_words.GIFTS, *rules_in_words.NOTES, *RULE_LISTS))),
    {role: role.label for role in BY_OWNER}, {role: ROLES[role] for role in BY_OWNER},
)  # fmt: skip
# Of an endpoint of webhooks, and of a delivery.
KEY_STATES = ("expired", "replaced", "revoked")
# What an event of an order may be of.
OF_ORDERS = {
    "discrepancy", "hold", "order", "package", "pick_list", "problem", "promise", "refund",
    "repair", "return", "return_line", "shipment", "stock", "text_messages", "undeliverable",
}  # fmt: skip
# Units of a line, by how far they are.
STAGES = (
    "returned", "in repair", "delivered", "returned to sender", "lost", "on the way", "packed",
    "picked", "reserved", "backordered", "cancelled", "waiting",
)  # fmt: skip
# Of an announced delivery, above a column of numbers.
COUNTED = ("Announced", "Arrived", "Received", "Damaged")
STATES = (
    "Active", "Failing", "Paused", "Disabled", "Waiting", "Retrying", "Delivered", "Failed",
)  # fmt: skip


def labels() -> Iterator[str]:
    """All of them, in English."""
    yield from _of_shops()
    yield from (*WEBHOOK_GROUPS, BAD_CERTIFICATE, TOO_MUCH, FAILED, NOT_SENT)
    yield from (NO_CARRIER, *STATES, *KEY_STATES, *STAGES, SYSTEM, "Members", CARRIERS[OWN].name)
    yield from (phrase_of(event) for event in event_kinds().values() if _is_of_order(event))
    for choices in (*STATUSES, *CHOICES):
        yield from (str(label) for label in choices.labels)
    for statuses in STATUSES:
        yield from map(errors.wanted_of, statuses.values)
    for table in TABLES:
        yield from map(str, table.values())
    yield from (str(model._meta.verbose_name).capitalize() for model in MOVED)
    for kind in KINDS.values():
        yield from kind
    for title, text, _ in BANDS.values():
        yield from (title, text)
    for step in STEPS:
        yield from (step.words, step.help)
    yield from (title for _, title in channel_choices())
    yield from (message.title for message in MESSAGES.values())


def _of_shops() -> Iterator[str]:
    """What platforms of shops say of themselves to a seller."""
    yield from (CLOSED, MappedJson.name)
    for teller in filter(None, map(teller_of, TELLERS)):
        yield from (teller.key_label, teller.key_hint, teller.mails)
    yield from (teller.hint for teller in filter(None, map(stock_teller_of, STOCK_TELLERS)))
    yield from (shop.call_hint for shop in SHOPS.values() if isinstance(shop, Explained))


def _is_of_order(event: EventKind) -> bool:
    return event.name.partition(".")[0] in OF_ORDERS


def agreeing() -> Iterator[tuple[str, str]]:
    """Each label with the noun that it agrees with."""
    for noun, statuses in NOUNS.items():
        yield from ((noun, str(label)) for label in statuses.labels)
    yield from (("unit", stage) for stage in (*STAGES, *COUNTED))
    yield "repair", NOT_SENT
    yield "return", EXPIRED
    yield from (("return", errors.wanted_of(status)) for status in ReturnStatus.values)
    yield "inbound", "Received"
    yield "mail", "From"
    yield "event", "Put on hold"  # which a button says too
