"""The record of one kind of message: all that the portal asks about it, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from notifications.models import InboundText, Message
from orders.event_kinds import event_kinds
from orders.models import Event
from orders.states import PackageStatus, ShipmentStatus

CUSTOMER, SELLER = Message.Audience.CUSTOMER, Message.Audience.SELLER
EMAIL, SMS, PUSH = Message.Channel.EMAIL, Message.Channel.SMS, Message.Channel.PUSH


class When(NamedTuple):
    """An event whose data says something special: one of these values under this name."""

    name: str
    values: frozenset[str]

    def is_true_of(self, event: Event) -> bool:
        return str(event.data.get(self.name)) in self.values


class Dates(Enum):
    """What a message says of a promise as its news."""

    CHANGED = "changed"  # it replaces what was told before
    EVE = "eve"  # it is kept tomorrow
    AT_RISK = "at_risk"


class Markup(Enum):
    """What mail programs read of a mail: schema.org's Order or ParcelDelivery."""

    ORDER = "order"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The made-up order that a preview shows: how far it is, and what the event says.

    `promise`: a Promise.Kind, empty for none; an hour at the door is `in_days`.
    `backordered` and `cancelled` are units of its last line; `pickup_days` are left to collect it.
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
    undoes: str = ""  # of a correction: the kind of event that was taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of message. `name` is its folder in templates/messages/, `title` what people read.

    What makes it, one of three:
    `on`: a kind of event; `when` its data says so, else where no other kind of this audience does.
    `corrects`: the undo of an event that this audience was told of.
    `answers`: a word that a customer texted; it has no folder, and nothing keeps it back.
    """

    name: str
    title: str
    audience: Message.Audience = CUSTOMER
    channels: tuple[Message.Channel, ...] = (EMAIL, SMS, PUSH)
    on: str = ""
    when: When | None = None
    corrects: bool = False
    answers: InboundText.Word | None = None

    # Who may switch it off.
    occasion: str = ""  # when it is written, for the shop that decides
    essential: str = ""  # why the shop may not switch its mail off; a text it always may
    may_refuse: tuple[Message.Channel, ...] = ()  # over these the customer may
    called: str = ""  # by the customer who decides; else by its title

    # When it leaves.
    is_state: bool = False  # a newer state of the same parcels makes it old news
    is_routine: bool = False  # a state that can rest: one of a parcel within two hours is enough
    is_urgent: bool = False  # of no use the day after
    rings_at_night: bool = False  # a text or notification does not wait for the morning
    is_warning: bool = False  # to a seller, so many an hour
    digest: str = ""  # many a day are told in one mail, with the words of this folder

    # What makes it untrue before it leaves.
    overtaken_by: frozenset[PackageStatus] = frozenset()  # what its parcels have become
    not_yet: frozenset[ShipmentStatus] = frozenset()  # what its shipment is again
    needs_backorder: bool = False  # while something waits for stock
    outlives_cancel: bool = False  # it is told of a cancelled order too
    only_of_new_orders: bool = False  # calm: not of one that was a day old when it came in
    dates: Dates | None = None

    # Its words.
    markup: Markup | None = None
    counts: str = "requested"  # of a return: the units of a ReturnLine that it lists
    sample: Sample | None = None

    @property
    def is_undoable(self) -> bool:
        """What it tells may be taken back: it waits a while for that."""
        kind = event_kinds().get(self.on)
        return bool(kind and kind.is_undoable)

    @property
    def customers_word(self) -> str:
        """What the customer who may switch it off reads."""
        return self.called or self.title

    @property
    def is_for_customer(self) -> bool:
        return self.audience == CUSTOMER
