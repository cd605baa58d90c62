"""A customer's message preferences for each address of an order, for the tracking page."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from notifications.channels import CHANNELS
from notifications.channels.recipients import masked
from notifications.consent.preferences import OPTIONAL
from notifications.kinds.catalogue import KINDS
from notifications.kinds.record import CUSTOMER
from notifications.kinds.routes import addresses_of
from notifications.models import Preference, PushSubscription
from notifications.models.settings import settings_of
from orders.models import Order


@dataclass(frozen=True, slots=True)
class Choice:
    """Preferences of one channel: `address` is masked, `optional` are its updates by template."""

    channel: str
    address: str
    optional: Mapping[str, str]
    off: frozenset[str]
    is_off: bool

    @property
    def name(self) -> str:
        return CHANNELS[self.channel].plural

    @property
    def none_at_all(self) -> str:
        """The label of turning the channel off."""
        return f"No {self.name.lower()} at all"

    @property
    def may_be_off(self) -> bool:
        """Whether the customer may opt out of the whole channel, not only of what is optional."""
        return CHANNELS[self.channel].may_be_off

    @property
    def wanted(self) -> list[str]:
        """The optional updates that are not turned off."""
        is_nothing = self.is_off and not self.may_be_off
        return [] if is_nothing else [name for name in self.optional if name not in self.off]

    @property
    def in_words(self) -> str:
        """The stored preference in one sentence."""
        unwanted = [name for key, name in self.optional.items() if key not in self.wanted]
        if self.is_off and self.may_be_off:
            return f"No {self.name.lower()} to {self.address}."
        if not unwanted:
            return f"{self.name} to {self.address}: all updates."
        listed = ", ".join(name.lower() for name in unwanted)
        return f"{self.name} to {self.address}: all except {listed}."


def choices_of(order: Order) -> list[Choice]:
    """Load the preferences of each address of an order; one statement."""
    addresses = {
        channel: address
        for channel in OPTIONAL
        for address in addresses_of(order, CUSTOMER, channel)
    }
    rows = Preference.objects.filter(
        seller=order.seller_id, recipient__in={address.lower() for address in addresses.values()}
    )
    kept = {(row.channel, row.recipient): row for row in rows}
    return [
        _choice(order, channel, address, kept.get((channel, address.lower())))
        for channel, address in addresses.items()
    ]


def order_of(order_id: UUID) -> Order:
    """Load the columns of an order that say where its messages go."""
    return Order.objects.only("id", "seller_id", "email", "phone").get(pk=order_id)


def subscribed_browsers(order: Order) -> list[PushSubscription]:
    """Load the web push subscriptions of an order, the oldest first."""
    return list(order.push_subscriptions.filter(ended_at__isnull=True).order_by("pk"))


def _off_at_first(order: Order, channel: str) -> frozenset[str]:
    """Updates that the customer has to ask for: they are off while nothing is chosen."""
    if not (order.mailable and settings_of(order.seller).texts_on_request):
        return frozenset()
    return frozenset(name for name in OPTIONAL[channel] if channel in KINDS[name].on_request)


def _choice(order: Order, channel: str, address: str, row: Preference | None) -> Choice:
    return Choice(
        channel=channel,
        address=masked(address),
        optional=OPTIONAL[channel],
        off=frozenset(row.off) if row else _off_at_first(order, channel),
        is_off=bool(row and row.is_off),
    )
