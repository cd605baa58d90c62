"""Actions on the way to a shop: open it, close it, and decide about what could not be told."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.accounts.sealing import SHOP_SECRETS
from orders.errors import DomainError, InvalidInput
from orders.events.epochs import FIRST_OPEN
from orders.events.recording import record
from orders.events.wakeups import wake_tasks_after_commit
from orders.models import Call, Event, Push, SalesChannel, ShopLink, ToldStock, User
from orders.pushes.stock import LEASE
from orders.shops import stock_teller_of, teller_of
from orders.statements import run
from orders.words import say

LAST = UUID(int=2**128 - 1)  # behind every event of one transaction
PUSH_TASK = "orders.tasks.tell_shops"
ASK_TASK = "orders.tasks.ask_shops"
STOCK_TASK = "orders.tasks.tell_stock"
CLOSED = (
    "The connection was closed before the shop was asked for this order: open it, then try again."
)
# The place before every event that is still to come: whatever is being written now comes after it.
NOW = f"SELECT {FIRST_OPEN} - 1"


@transaction.atomic(savepoint=False)
def link_shop(channel: SalesChannel, *, address: str, token: str, actor: User | None) -> ShopLink:
    """Tell the shop of a channel what happens from now on, and ask it for its orders.

    At an address of before it is asked on from where it was. Raises DomainError, or InvalidInput
    (token).
    """
    channel = SalesChannel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    teller = teller_of(channel.kind)
    if teller is None:
        raise DomainError(say("{channel} is of a kind that is told nothing.", channel=channel))
    if not re.fullmatch(teller.key_form, token):
        raise InvalidInput([("token", say("expected: {what}", what=say(teller.key_label)))])
    ((last_event,),) = run(NOW, ())
    now = timezone.now()
    given: dict[str, Any] = {
        "address": teller.check_address(address),
        "token": SHOP_SECRETS.close(token),
        "is_active": True,
        "polls_at": now,
        "asks_at": now,  # whose lease it was keeps nothing more
        "ask_tries": 0,
        "ask_problem": "",
        "fails_since": None,
        "stock_free_at": now,
        "stock_tries": 0,
        "stock_problem": "",
        "stock_fails_since": None,
    }
    known = ShopLink.objects.filter(channel=channel).values_list("address", flat=True).first()
    moved = known not in (None, given["address"])
    if moved:  # what another shop was told is of no use
        ToldStock.objects.filter(channel=channel).delete()
        given |= {"place": {"at": now.isoformat()}, "tells_stock": False, "stock_places": {}}
    link, _ = ShopLink.objects.update_or_create(
        channel=channel,
        defaults=given,
        create_defaults=given
        | {"seller_id": channel.seller_id, "read_transaction": last_event, "read_event": LAST},
    )
    wake_tasks_after_commit({ASK_TASK})
    _record(channel, "channel.linked", actor)
    return link


@transaction.atomic(savepoint=False)
def unlink_shop(link: ShopLink, *, actor: User | None) -> None:
    """Tell a shop nothing any more; what waits is kept until it is linked again.

    Calls about which it was to be asked become matters of the seller, who can try them again.
    """
    link = ShopLink.objects.select_for_update(no_key=True).select_related("channel").get(pk=link.pk)
    link.is_active = False
    link.save(update_fields=["is_active"])
    asking = Call.objects.filter(channel=link.channel_id, state=Call.State.ASKING)
    asking.update(state=Call.State.REFUSED, problems=[["", CLOSED]])
    _record(link.channel, "channel.unlinked", actor)


@transaction.atomic(savepoint=False)
def choose_stock(
    link: ShopLink, *, tells: bool, places: Mapping[UUID, str] | None, actor: User | None
) -> ShopLink:
    """Say whether a shop is told our stock, and of which warehouse in which of its locations.

    `places` is {warehouse: location}; None leaves it as it is, and so does switching it off: which
    locations are ours says also what is sent from here. Raises DomainError.
    """
    link = ShopLink.objects.select_for_update(no_key=True).select_related("channel").get(pk=link.pk)
    if tells and not link.is_active:
        raise DomainError(say("The shop is not linked: link it first."))
    if stock_teller_of(link.channel.kind) is None:
        raise DomainError(
            say("{channel} is of a kind that is told no stock.", channel=link.channel)
        )
    known = link.stock_places.get("known", {})
    of = link.stock_places.get("of", {})
    if tells and places is not None:
        of = {f"{pk}": place for pk, place in places.items() if place}
        if not set(of.values()) <= known.keys():
            raise DomainError(say("The shop has no such location: ask for its locations again."))
    told = ToldStock.objects.filter(channel=link.channel_id)
    # Of what was told before it was switched off, or is told no more, nobody knows what it is now.
    stays = tells and link.tells_stock
    (told.exclude(place__in=[*of.values(), ""]) if stays else told).delete()
    link.tells_stock = tells
    link.stock_places = {"known": known if tells else {}, "of": of}
    link.stock_at = timezone.now()
    link.save(update_fields=["tells_stock", "stock_places", "stock_at"])
    _record(link.channel, "channel.stock_rule_changed", actor)
    wake_tasks_after_commit({STOCK_TASK})
    return link


@transaction.atomic(savepoint=False)
def ask_places_again(link: ShopLink) -> None:
    """Let a worker ask the shop anew for its locations; what was chosen stays while it has it."""
    link = ShopLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    link.stock_places = {**link.stock_places, "known": {}}
    link.stock_at = timezone.now()
    # A lease runs out by itself: who has it would go on telling beside who takes it next.
    link.stock_free_at = min(link.stock_free_at, link.stock_at + LEASE)
    link.save(update_fields=["stock_places", "stock_at", "stock_free_at"])
    wake_tasks_after_commit({STOCK_TASK})


def retry_push(push: Push) -> None:
    """Let a worker tell a shop again what it refused. Raises DomainError."""
    later = Push.objects.filter(subject_id=push.subject_id, made_at__gt=push.made_at)
    stands_alone = push.what in Push.OF_UNITS
    if not stands_alone and later.filter(state=Push.State.DONE).exists():
        raise DomainError(
            say("The shop has been told something later of this already: dismiss it.")
        )
    _settle(push, Push.State.WAITING, tries=0, due_at=timezone.now())
    wake_tasks_after_commit({PUSH_TASK})


def dismiss_push(push: Push) -> None:
    """Leave a shop without this news. Raises DomainError."""
    _settle(push, Push.State.DISMISSED)


def _settle(push: Push, state: str, **values: object) -> None:
    changed = Push.objects.filter(pk=push.pk, state=Push.State.FAILED)
    if not changed.update(state=state, **values):
        raise DomainError(say("Somebody has decided about this already."))


def _record(channel: SalesChannel, kind: str, actor: User | None) -> None:
    record([Event(seller_id=channel.seller_id, kind=kind, subject_id=channel.pk, actor=actor)])
