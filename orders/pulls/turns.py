"""The turn of a worker with one shop: a lease on its link, and what is kept while it holds."""

from collections.abc import Iterable
from datetime import timedelta
from time import monotonic

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from orders.accounts.sealing import SHOP_SECRETS
from orders.events.wakeups import wake_tasks_after_commit
from orders.intake.calls import WORK_TASK
from orders.models import Call, ShopLink
from orders.shops import ASKERS, FETCHERS, fetcher_of
from orders.shops.asking import HttpDoor
from orders.shops.telling import KeyRefused, Refused
from orders.words import say

TURN_SECONDS = 45.0
ASK_SECONDS = 15.0  # for one page, or for one order
LEASE = timedelta(seconds=90)  # longer than a turn and its last question
LONGEST_TOPIC = 60


class LeaseLost(Exception):
    """Somebody else asks this shop now, or it is linked no longer: nothing is kept."""


class Turn:
    """One worker asks one shop; `link.asks_at` is its lease. Raises Refused where it cannot."""

    def __init__(self, link: ShopLink) -> None:
        self.link = link
        self.ends = monotonic() + TURN_SECONDS
        asker = fetcher_of(link.channel.kind)
        if asker is None:
            raise Refused(
                say("Shops of the kind {kind} are not asked for orders.", kind=link.channel.kind)
            )
        self.asker = asker
        try:
            self.token = SHOP_SECRETS.open(link.token)
        except InvalidToken:
            raise KeyRefused(say("The access token cannot be read: enter it again.")) from None

    @property
    def is_over(self) -> bool:
        """Whether it is another shop's turn."""
        return monotonic() >= self.ends

    def door(self, seconds: float = ASK_SECONDS) -> HttpDoor:
        """The shop's API, for one question."""
        return HttpDoor(self.link.address, ends=monotonic() + seconds, most=self.asker.most)

    def call(self, topic: str, body: bytes) -> Call:
        """What the shop answered, to be worked off as if it had called."""
        return Call(
            seller_id=self.link.seller_id,
            channel_id=self.link.channel_id,
            topic=topic[:LONGEST_TOPIC],
            body=body,
        )


def keep(turn: Turn, calls: Iterable[Call], **values: object) -> None:
    """Keep calls and new values of the link, in the transaction of its caller. Raises LeaseLost."""
    free = ShopLink.objects.select_for_update(no_key=True)
    link = free.filter(pk=turn.link.pk, asks_at=turn.link.asks_at, is_active=True).first()
    if link is None:
        raise LeaseLost
    for name, value in values.items():
        setattr(link, name, value)
        setattr(turn.link, name, value)
    if values:
        link.save(update_fields=list(values))
    if Call.objects.bulk_create(calls):
        wake_tasks_after_commit({WORK_TASK})


@transaction.atomic(savepoint=False)
def claim() -> ShopLink | None:
    """Claim the link that waits longest: until its lease ends nobody else asks that shop."""
    now = timezone.now()
    free = ShopLink.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    asked = Call.objects.filter(
        channel=OuterRef("channel"), state=Call.State.ASKING, due_at__lte=now
    )
    due = free.filter(
        Q(polls_at__lte=now, channel__kind__in=list(ASKERS)) | Exists(asked),
        asks_at__lte=now,
        is_active=True,
        channel__is_active=True,
        channel__kind__in=[*ASKERS, *FETCHERS],
    )
    link = due.select_related("channel").order_by("asks_at").first()
    if link is not None:
        link.asks_at = now + LEASE
        link.save(update_fields=["asks_at"])
    return link
