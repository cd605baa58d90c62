"""Tell shops our stock: what is available now, never a difference; one worker a shop, by a lease.

Each turn compares the books with what the shop was told, reads what the shop shows of the products
that differ, and sets these. So many changes are one call, and a lost answer is read, not guessed.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.accounts.sealing import SHOP_SECRETS
from orders.models import ShopLink, ToldStock
from orders.shops import STOCK_TELLERS, stock_teller_of
from orders.shops.asking import HttpDoor
from orders.shops.stock import CHANGED, LevelTeller, Shown, Wanted
from orders.shops.telling import KeyRefused, NotTold, Refused, Unanswered
from orders.words import say

log = logging.getLogger(__name__)

RUN_SECONDS = 40
TURN_SECONDS, ASK_SECONDS = 40.0, 20.0
LEASE = timedelta(seconds=90)  # longer than a turn and its last question
PACE = timedelta(seconds=10)  # between two turns with one shop: what changes meanwhile is one call
WHOLE = timedelta(hours=1)  # until the books are compared though nothing seems to have happened
AGAIN = timedelta(days=1)  # until the shop is read though nothing has changed here
UNSOLD = timedelta(hours=6)  # until it is asked again for a SKU that it does not have
REFUSED_PAUSE = timedelta(hours=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_COUNTED = 1000  # of tries
NO_PLACE = ""


class Due(NamedTuple):
    """A product of which a shop is to be told: by one SKU, in one of its locations."""

    product_id: UUID
    sku: str
    is_exact: bool  # in these letters only
    place: str
    units: int
    is_gone: bool = False  # nothing is sold by this SKU any more: it is told 0 once
    is_covered: bool = False  # what is gone is told in other letters: it is forgotten


class LeaseLost(Exception):
    """Somebody else tells this shop now, or it is not to be told any more: nothing is kept."""


def tell_stock(*, seconds: float = RUN_SECONDS) -> int:
    """Tell the shops whose turn it is, the one that waits longest first; the number of turns."""
    ends = monotonic() + seconds
    turns = 0
    while monotonic() < ends and (link := _claim()):
        _take_turn(link)
        turns += 1
    return turns


@transaction.atomic(savepoint=False)
def _claim() -> ShopLink | None:
    now = timezone.now()
    due = ShopLink.objects.filter(
        tells_stock=True,
        is_active=True,
        channel__is_active=True,
        channel__kind__in=list(STOCK_TELLERS),
        stock_at__lte=now,
        stock_free_at__lte=now,
    )
    free = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
    link = free.select_related("channel").order_by("stock_free_at").first()
    if link is not None:
        # What happens from here on asks for a turn of its own.
        link.stock_at, link.stock_free_at = now + WHOLE, now + LEASE
        link.save(update_fields=["stock_at", "stock_free_at"])
    return link


def _take_turn(link: ShopLink) -> None:
    try:
        is_done = _Turn(link).tell_all()
    except LeaseLost:
        return
    except NotTold as error:
        _pause(link, str(error), error.retry_after if isinstance(error, Unanswered) else 0)
    except Exception as error:  # a bug of the adapter: one shop must not stop the others
        log.exception("the stock of shop link %s cannot be told", link.pk)
        _pause(link, f"An error on our side: {type(error).__name__}.", 0)
    else:
        now = timezone.now()
        fine = {"stock_tries": 0, "stock_problem": "", "stock_fails_since": None}
        _mine(link).update(stock_free_at=now + PACE, **fine)
        if not is_done:
            ShopLink.objects.filter(pk=link.pk).update(stock_at=now)


class _Turn:
    """One worker tells one shop; `link.stock_free_at` is its lease. Raises Refused."""

    def __init__(self, link: ShopLink) -> None:
        self.link = link
        self.ends = monotonic() + TURN_SECONDS
        teller = stock_teller_of(link.channel.kind)
        if teller is None:
            raise Refused(f"Shops of the kind {link.channel.kind} are told no stock any more.")
        self.teller: LevelTeller = teller
        try:
            self.token = SHOP_SECRETS.open(link.token)
        except InvalidToken:
            raise KeyRefused(say("The access token cannot be read: enter it again.")) from None

    def tell_all(self) -> bool:
        """Tell what is due, a batch at a time; whether nothing is left."""
        places = self._places()
        if not places:
            return True
        while monotonic() < self.ends:
            due = _due_stock()(
                self.link.seller_id,
                self.link.channel_id,
                places,
                now=timezone.now(),
                most=self.teller.most,
            )
            if not due:
                return True
            if covered := [one for one in due if one.is_covered]:
                self._keep([], over=covered)
            if rest := [one for one in due if not one.is_covered]:
                self._tell(rest)
        return False

    def _tell(self, due: list[Due]) -> None:
        """Tell a batch; where it is refused, each row alone, so that one stops no others."""
        try:
            self._tell_batch(due)
        except KeyRefused:
            raise
        except Refused as error:
            if len(due) == 1:
                self._keep([self._refused(due[0], str(error))])
            elif not sum(self._was_told(one) for one in due):  # each of them is tried
                raise

    def _was_told(self, one: Due) -> bool:
        try:
            self._tell_batch([one])
        except KeyRefused:
            raise
        except Refused as error:
            self._keep([self._refused(one, str(error))])
            return False
        return True

    def _tell_batch(self, due: list[Due]) -> None:
        # Written before the shop is asked: of a worker that dies in between, nobody knows what the
        # shop heard, and who comes next reads it there.
        self._keep([self._row(one, units=None, due_at=timezone.now()) for one in due])
        skus = list(dict.fromkeys(one.sku for one in due))
        places = list(dict.fromkeys(one.place for one in due))
        found = self.teller.shown(skus, places, self._door(), self.token)
        items = {one: _items(one, found) for one in due}
        wanted = [
            Wanted(shown, one.units)
            for one, there in items.items()
            for shown in there
            if not shown.problem and shown.units != one.units
        ]
        answers = self.teller.tell(wanted, self._door(), self.token) if wanted else []
        refused = {
            one.shown: problem for one, problem in zip(wanted, answers, strict=True) if problem
        }
        outcomes = {one: self._outcome(one, there, refused) for one, there in items.items()}
        over = [one for one, row in outcomes.items() if one.is_gone and _is_told(row)]
        self._keep([row for one, row in outcomes.items() if one not in over], over=over)

    def _outcome(self, one: Due, there: list[Shown], refused: dict[Shown, str]) -> ToldStock:
        now = timezone.now()
        if not there:
            return self._row(one, units=None, is_sold=False, told_at=now, due_at=now + UNSOLD)
        problems = [problem for shown in there if (problem := shown.problem or refused.get(shown))]
        if CHANGED in problems:
            ShopLink.objects.filter(pk=self.link.pk).update(stock_at=now + PACE)
            return self._row(one, units=None, due_at=now + PACE)
        if problems:
            return self._refused(one, problems[0])
        return self._row(one, units=one.units, told_at=now, due_at=now + AGAIN)

    def _refused(self, one: Due, problem: str) -> ToldStock:
        told = "".join(char if char.isprintable() else " " for char in problem)[:250]
        now = timezone.now()
        return self._row(one, units=None, problem=told, told_at=now, due_at=now + REFUSED_PAUSE)

    def _row(self, one: Due, **values: Any) -> ToldStock:
        return ToldStock(
            seller_id=self.link.seller_id,
            channel_id=self.link.channel_id,
            product_id=one.product_id,
            sku=one.sku,
            place=one.place,
            **values,
        )

    @transaction.atomic(savepoint=False)
    def _keep(self, rows: list[ToldStock], *, over: Iterable[Due] = ()) -> None:
        """Keep what the shop was told, and nothing of what is over, while the lease holds.

        Raises LeaseLost.
        """
        locked = _mine(self.link).select_for_update(no_key=True)
        if not locked.filter(is_active=True, tells_stock=True).exists():
            raise LeaseLost
        ToldStock.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["channel", "sku", "place"],
            update_fields=["product", "units", "is_sold", "problem", "told_at", "due_at"],
        )
        told = ToldStock.objects.filter(channel=self.link.channel_id)
        for one in over:
            told.filter(sku=one.sku, place=one.place).delete()

    def _places(self) -> dict[UUID, str]:
        """{warehouse: location of the shop}; asks for its locations where none is chosen."""
        warehouses = _warehouses_of()(self.link.seller_id)
        if not self.teller.has_places:
            return dict.fromkeys(warehouses, NO_PLACE)
        kept = self.link.stock_places
        if not kept.get("known"):
            kept = self._ask_places(warehouses)
        chosen = kept.get("of", {})
        return {pk: place for pk in warehouses if (place := chosen.get(f"{pk}"))}

    def _ask_places(self, warehouses: Iterable[UUID]) -> dict[str, Any]:
        found = self.teller.places(self._door(), self.token)
        if not found:
            raise Refused(say("The shop has no location that could be told our stock."))
        kept = {"known": {place.key: place.name for place in found[:100]}, "of": {}}
        of = {pk: key for pk, key in self.link.stock_places.get("of", {}).items() if (
            key in kept["known"])}  # fmt: skip
        here = [f"{pk}" for pk in warehouses]
        if not of and len(found) == len(here) == 1:  # nothing to choose
            of = {here[0]: found[0].key}
        kept["of"] = of
        if not _mine(self.link).update(stock_places=kept):
            raise LeaseLost
        return kept

    def _door(self) -> HttpDoor:
        return HttpDoor(self.link.address, ends=monotonic() + ASK_SECONDS)


def _items(one: Due, found: list[Shown]) -> list[Shown]:
    """The items of the shop with this SKU; a shop may list the same product twice."""
    here = [shown for shown in found if shown.place == one.place]
    exact = [shown for shown in here if shown.sku == one.sku]
    if exact or one.is_exact:
        return exact
    return [shown for shown in here if shown.sku.strip().lower() == one.sku.lower()]


def _is_told(row: ToldStock) -> bool:
    """Whether the shop shows what it was told, or has no such product."""
    return row.units is not None or not row.is_sold


def _pause(link: ShopLink, problem: str, retry_after: float) -> None:
    """Leave a shop alone, longer each time, and at least as long as it wants."""
    tries = min(link.stock_tries + 1, MOST_COUNTED)
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    wanted = timedelta(seconds=min(retry_after, LONGEST_PAUSE.total_seconds()))
    now = timezone.now()
    _mine(link).update(
        stock_at=now,
        stock_free_at=now + max(pause, wanted),
        stock_tries=tries,
        stock_problem=problem,
        stock_fails_since=Coalesce(F("stock_fails_since"), now),
    )


def _mine(link: ShopLink) -> "QuerySet[ShopLink]":
    """The link, while the lease of this turn holds."""
    return ShopLink.objects.filter(pk=link.pk, stock_free_at=link.stock_free_at)


@cache
def _due_stock() -> Callable[..., list[Due]]:
    found: Callable[..., list[Due]] = import_string(settings.STOCK_FOR_SHOPS["due"])
    return found


@cache
def _warehouses_of() -> Callable[[UUID], dict[UUID, str]]:
    found: Callable[[UUID], dict[UUID, str]] = import_string(settings.STOCK_FOR_SHOPS["warehouses"])
    return found
