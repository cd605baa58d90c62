"""The record type of a kind of message: trigger, recipients, switches, guards, texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from notifications.channels import CHANNELS
from notifications.models import InboundText, Message
from orders.event_kinds import event_kinds
from orders.models import Event
from orders.states import PackageStatus, ShipmentStatus, ShippingRule

CUSTOMER, SELLER = Message.Audience.CUSTOMER, Message.Audience.SELLER
EMAIL: str = Message.Channel.EMAIL.value
SMS: str = Message.Channel.SMS.value
PUSH: str = Message.Channel.PUSH.value
# What becomes of the label of a return, once its carrier has answered or it is voided.
LABEL_NEWS = ("return.label_made", "return.label_failed", "return.label_voided")


class When(NamedTuple):
    """A condition on the data of an event: `data[name]` is one of `values`, or is there.

    Or `data[other]` is there, where one is named.
    """

    name: str
    values: frozenset[str] = frozenset()
    other: str = ""

    def is_true_of(self, event: Event) -> bool:
        if not self.values:
            return self.name in event.data or self.other in event.data
        return str(event.data.get(self.name)) in self.values


class Dates(Enum):
    """What a message announces about a promise."""

    GIVEN = "given"  # the order had none before
    CHANGED = "changed"  # it replaces an earlier date
    WITHDRAWN = "withdrawn"  # nobody knows the date any more
    EVE = "eve"  # it is due tomorrow
    AT_RISK = "at_risk"


class Markup(Enum):
    """The schema.org markup of a mail: Order or ParcelDelivery."""

    ORDER = "order"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample order of a preview: its state, and the data of its event.

    `promise`: a Promise.Kind, empty for none, due in `in_days` days.
    `backordered`, `cancelled`: units of its last line. `pickup_days`: days left to collect it.
    `hold`: a Hold.Reason for which it waits. `failure`: a Package.Failure of its parcel, on its way
    back; `pickup_days` then: it was not collected. `is_part`: the parcel has a part of the order;
    `is_astray`: the rest of it was in a parcel that will not come.
    """

    data: Mapping[str, str] = field(default_factory=dict)
    promise: str = "arrives"
    in_days: int = 2
    backordered: int = 0
    cancelled: int = 0
    has_left: bool = False
    is_delivered: bool = False
    received_by: str = "Ada Byron, ground floor"
    pickup_days: int = 0
    hold: str = ""
    undoes: str = ""  # of a correction: the kind of event that was undone
    failure: str = ""
    is_again: bool = False  # another day of delivery is set for its parcel
    is_part: bool = False
    is_astray: bool = False
    all_waits: bool = False
    choices: str = ""  # what the tracking page takes now: "", "door", "named", "point" or "day"
    ships_as: str = ShippingRule.AS_AVAILABLE.value
    refund: str = ""  # of a return: see `editor.cases.REFUNDS`
    postage: str = ""  # who pays for sending it back
    fee: int = 0  # what is deducted from its refund
    wish: str = ""  # what is wanted for it
    label: str = ""  # of a return: "ready" or "asked"
    is_swapped: bool = False  # it is exchanged
    of_two: bool = False  # another product comes back with it
    differs: str | None = None  # a Discrepancy.Decision about what it lacks, "" for none yet
    costs_more: bool = False  # what it is exchanged for
    is_ahead: bool = False  # what it is exchanged for did not wait for it
    is_late: bool = False  # nobody has decided about it in time
    grade: str = ""  # the condition in which it came: b or c, with a photo


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message. `name` is its folder in templates/messages/, `title` what people read.

    The trigger, exactly one of three:
    `on`: a kind of event, `also_on` others that have this message too; with `when` only where
    its data matches, without it where no other kind of the same audience matches; `unless` its
    data matches that, for then it has no message.
    `corrects`: the undo of an event about which this audience was sent a message.
    `answers`: a keyword that a customer texted; it has no folder, and no guard checks it.
    """

    name: str
    title: str
    audience: Message.Audience = CUSTOMER
    channels: tuple[str, ...] = tuple(CHANNELS)
    on: str = ""
    also_on: tuple[str, ...] = ()
    when: When | None = None
    unless: When | None = None
    corrects: bool = False
    answers: InboundText.Word | None = None

    # Who may switch it off.
    occasion: str = ""  # when it is sent, as the shop reads it in its settings
    essential: str = ""  # why the shop may not switch its e-mail off; texts it always may
    may_refuse: tuple[str, ...] = ()  # channels over which the customer may opt out
    on_request: tuple[str, ...] = ()  # channels over which the customer has to ask for it
    called: str = ""  # its name for customers, by default its title

    # When it is sent.
    awaits_stock: bool = False  # it waits until it is known what of a new order is in stock
    awaits_label: bool = False  # it waits until the label of its return is there, or given up
    is_state: bool = False  # a newer status of the same parcels supersedes it
    is_routine: bool = False  # calm: at most one about a parcel within two hours
    is_urgent: bool = False  # of no use a day later
    rings_at_night: bool = False  # quiet hours do not hold it
    is_warning: bool = False  # to a seller, limited per hour
    digest: str = ""  # many a day are combined in a digest, with the texts of this folder

    # What makes it untrue before it is sent.
    overtaken_by: frozenset[PackageStatus] = frozenset()  # statuses of its parcels that are newer
    not_yet: frozenset[ShipmentStatus] = frozenset()  # statuses of its shipment after an undo
    needs_backorder: bool = False  # only while something is backordered
    needs_delivery: bool = False  # only while our couriers are to bring something
    outlives_cancel: bool = False  # it is sent for a cancelled order too
    only_of_new_orders: bool = False  # calm: not for an order that was a day old when it came in
    dates: Dates | None = None

    # Its texts.
    offers: bool = False  # it names what the customer can choose on the tracking page now
    markup: Markup | None = None
    names_goods: bool = False  # its own text does: no list of them stands below
    counts: str = "requested"  # of a return: the column of ReturnLine whose units it lists
    # What its mail must say where it is so: names of variables, and of `editor/statements.py`; and
    # what also its text message and its notification must.
    says: tuple[str, ...] = ()
    says_shortly: tuple[str, ...] = ()
    sample: Sample | None = None

    @property
    def is_undoable(self) -> bool:
        """Whether its event can be undone: then it is held for a while first."""
        kind = event_kinds().get(self.on)
        return bool(kind and kind.is_undoable)

    @property
    def title_for_customer(self) -> str:
        """Its name on the page where a customer may opt out."""
        return self.called or self.title

    @property
    def is_for_customer(self) -> bool:
        return self.audience == CUSTOMER
