"""Tell shops what waits: claim with a lease, ask with no transaction open, write what came back."""

import logging
from datetime import timedelta
from time import monotonic

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from orders.accounts.sealing import SHOP_SECRETS
from orders.carriers import CARRIERS
from orders.lifecycle.holds import has_units_to_leave
from orders.models import Package, Push, ShopLink
from orders.pushes.kits import units_of
from orders.shops import teller_of
from orders.shops.asking import HttpDoor
from orders.shops.telling import News, NotTold, Refused, Unanswered
from orders.words import say

log = logging.getLogger(__name__)

RUN_SECONDS = 40
ASK_SECONDS = 20.0  # for all that one push has to ask
LEASE = timedelta(seconds=90)  # of a claim: longer than asking takes
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)
MOST_TRIES = 30  # over about a day


class _Outdated(Exception):
    """What is to be told is not so any more: there is nothing to decide about."""


def tell_shops(*, seconds: float = RUN_SECONDS) -> int:
    """Tell what is due, the oldest first, an order's news in their order; their number."""
    ends = monotonic() + seconds
    told = 0
    while monotonic() < ends and (push := _claim()):
        _tell(push)
        # Unless the lease has ended, and somebody else has it.
        _links(push).filter(tells_at=push.due_at).update(tells_at=timezone.now())
        told += 1
    return told


@transaction.atomic(savepoint=False)
def _claim() -> Push | None:
    """Claim a push and its shop: until their lease ends nobody else tells either.

    So a shop that hangs holds up one worker, and the others tell other shops.
    """
    now = timezone.now()
    earlier = Push.objects.filter(
        Q(made_at__lt=OuterRef("made_at")) | Q(made_at=OuterRef("made_at"), pk__lt=OuterRef("pk")),
        order=OuterRef("order"),
        state=Push.State.WAITING,
    )
    due = Push.objects.filter(~Exists(earlier), state=Push.State.WAITING, due_at__lte=now)
    # A lease that ends later than any can is of a clock that was wrong.
    free = ShopLink.objects.select_for_update(skip_locked=True, no_key=True).filter(
        Q(tells_at__lte=now) | Q(tells_at__gt=now + LEASE),
        Exists(due.filter(channel=OuterRef("channel"))),
        is_active=True,
    )
    link = free.order_by("tells_at").first()
    if link is None:
        return None
    mine = due.filter(channel=link.channel_id).select_for_update(no_key=True, of=("self",))
    push = mine.select_related("channel", "event", "order__seller").order_by("due_at").first()
    if push is not None:
        link.tells_at = push.due_at = now + LEASE
        link.save(update_fields=["tells_at"])
        push.save(update_fields=["due_at"])
    return push


def _links(push: Push) -> "QuerySet[ShopLink]":
    return ShopLink.objects.filter(channel=push.channel_id)


def _tell(push: Push) -> None:
    try:
        push.shop_id = _asked(push)
    except Unanswered as error:
        _later(push, error)
    except _Outdated:
        _write(push, state=Push.State.DISMISSED, reason="It was undone before the shop was told.")
    except NotTold as error:
        _write(push, state=Push.State.FAILED, reason=str(error))
    except Exception as error:  # a bug of the adapter: one push must not stop the others
        log.exception("push %s cannot be told", push.pk)
        told = f"An error on our side: {type(error).__name__}."
        _write(push, state=Push.State.FAILED, reason=told)
    else:
        done = {"state": Push.State.DONE, "reason": "", "done_at": timezone.now()}
        _write(push, shop_id=push.shop_id, **done)


def _asked(push: Push) -> str:
    if push.what == Push.What.DELIVERED and not _is_still_delivered(push):
        raise _Outdated
    link = ShopLink.objects.get(channel=push.channel_id)
    teller = teller_of(push.channel.kind)
    if teller is None:
        raise Refused(f"Shops of the kind {push.channel.kind} are told nothing any more.")
    try:
        token = SHOP_SECRETS.open(link.token)
    except InvalidToken:
        raise Refused(say("The access token cannot be read: enter it again.")) from None
    news = _news(push)
    if news is None:
        return ""
    door = HttpDoor(link.address, ends=monotonic() + ASK_SECONDS)
    return teller.tell(news, door, token)


def _is_still_delivered(push: Push) -> bool:
    return Package.objects.filter(pk=push.subject_id, delivered_at__isnull=False).exists()


def _news(push: Push) -> News | None:
    """What the push tells, as it is now: a number that changed since is told as it is.

    None of a parcel that completes no kit and holds nothing else: the shop knows no parts.
    """
    if push.what == Push.What.CANCELLED:
        return News(push.what, push.order.reference, push.made_at)
    if push.what in Push.OF_UNITS:
        return News(
            push.what,
            push.order.reference,
            push.made_at,
            about=push.about,
            is_refund_due=push.is_refund_due,
            mark=push.event_id.hex[-8:],
        )
    package = Package.objects.get(pk=push.subject_id)
    units, has_parts = units_of(push)
    if has_parts and not units:
        return None
    earlier = Push.objects.filter(
        subject_id=package.pk, what=Push.What.SENT, made_at__lte=push.made_at
    )
    return News(
        what=push.what,
        reference=push.order.reference,
        at=(push.what == Push.What.DELIVERED and package.delivered_at) or push.event.at,
        tracking_number=push.tracking_number or package.tracking_number,
        carrier=CARRIERS[package.carrier].name if package.carrier in CARRIERS else package.carrier,
        tracking_url=f"{settings.SITE_URL}/track/{push.order.token}/",
        units=units,
        is_last=not has_units_to_leave(push.order),
        shop_id=push.shop_id
        or earlier.order_by("-made_at", "-pk").values_list("shop_id", flat=True).first()
        or "",
    )


def _later(push: Push, error: Unanswered) -> None:
    """Try again, later each time; where that helped nothing for a day, a person has to look."""
    tries = push.tries + 1
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    due_at = timezone.now() + max(pause, timedelta(seconds=min(error.retry_after, 3600)))
    state = Push.State.FAILED if tries >= MOST_TRIES else Push.State.WAITING
    _write(push, state=state, tries=tries, due_at=due_at, reason=str(error))
    # Its other news wait as long: a shop that hangs must not keep the workers from the others.
    others = Push.objects.filter(channel=push.channel_id, state=Push.State.WAITING)
    others.filter(due_at__lt=due_at).update(due_at=due_at)


def _write(push: Push, **values: object) -> None:
    """Write what became of a push; whoever decided about it meanwhile is right."""
    Push.objects.filter(pk=push.pk, state=Push.State.WAITING).update(**values)
