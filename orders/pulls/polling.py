"""Ask shops what has changed, page by page from a cursor, with an overlap; back off on failure."""

import logging
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.models import ShopLink
from orders.pulls.fetching import fetch_orders
from orders.pulls.turns import LeaseLost, Turn, claim, keep
from orders.shops import ASKERS
from orders.shops.pages import Found, Page, Place
from orders.shops.telling import NotTold, Unanswered
from orders.values.moments import moment

log = logging.getLogger(__name__)

RUN_SECONDS = 40
MOST_PAGES = 5  # of one turn; the rest follows in the next
MOST_SEEN = 5000
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_COUNTED = 1000  # of tries
DIGITS = 16  # of a digest


def ask_shops(*, seconds: float = RUN_SECONDS) -> int:
    """Ask the shops that are due, the one that waits longest first; the number of turns."""
    ends = monotonic() + seconds
    turns = 0
    while monotonic() < ends and (link := claim()):
        _take_turn(link)
        turns += 1
    return turns


def _take_turn(link: ShopLink) -> None:
    polls = link.channel.kind in ASKERS and link.polls_at <= timezone.now()
    try:
        turn = Turn(link)
        trouble = fetch_orders(turn)
        # One order that the shop cannot give must not hide the others: its list says whether it
        # answers at all, unless it has asked to be left alone.
        if trouble and (trouble.retry_after or not polls):
            raise trouble
        if polls:
            _read_pages(turn)
    except LeaseLost:
        return
    except NotTold as error:
        _pause(link, str(error), error.retry_after if isinstance(error, Unanswered) else 0)
    except Exception as error:  # a bug of the adapter: one shop must not stop the others
        log.exception("shop link %s cannot be asked", link.pk)
        _pause(link, f"An error on our side: {type(error).__name__}.", 0)
    else:
        now = timezone.now()
        fine = {"ask_tries": 0, "ask_problem": "", "fails_since": None, "asked_at": now}
        _mine(link).update(asks_at=now, **fine)


def _read_pages(turn: Turn) -> None:
    """Read on from the cursor. Raises NotTold, LeaseLost."""
    known: dict[str, str] = turn.link.place.get("seen", {})
    until = _place(turn.link)
    here = dict(known) if until.after else {}
    place = until
    if not place.after:
        place = place._replace(at=place.at - timedelta(seconds=turn.asker.overlap))
    for _ in range(MOST_PAGES):
        page = turn.asker.page(place, turn.door(), turn.token)
        here |= {found.reference: _digest(found) for found in page.found}
        _keep_page(turn, page, until.at, known, here)
        place = page.then
        if page.is_last or turn.is_over:
            return


@transaction.atomic(savepoint=False)
def _keep_page(
    turn: Turn, page: Page, until: datetime, known: dict[str, str], here: dict[str, str]
) -> None:
    """Keep what is new of a page as calls, and the cursor behind it."""
    now = timezone.now()
    if page.is_last:
        # A shop whose clock is wrong must not hide the orders of all the time until then.
        at, after, seen = max(until, min(page.then.at, now)), "", here
    else:
        at, after, seen = page.then.at, page.then.after, known | here
    place = {"at": at.isoformat(), "after": after, "seen": dict([*seen.items()][-MOST_SEEN:])}
    polls_at = now + timedelta(seconds=turn.asker.period) if page.is_last else now
    new = [found for found in page.found if known.get(found.reference) != _digest(found)]
    calls = [turn.call(f"order {found.reference}", found.body) for found in new]
    keep(turn, calls, place=place, polls_at=polls_at)


def _place(link: ShopLink) -> Place:
    if at := link.place.get("at"):
        return Place(moment(at), link.place.get("after", ""))
    return Place(link.linked_at)


def _digest(found: Found) -> str:
    return sha256(found.body).hexdigest()[:DIGITS]


def _pause(link: ShopLink, problem: str, retry_after: float) -> None:
    """Leave a shop alone, longer each time, and at least as long as it wants."""
    tries = min(link.ask_tries + 1, MOST_COUNTED)
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    wanted = timedelta(seconds=min(retry_after, LONGEST_PAUSE.total_seconds()))
    now = timezone.now()
    _mine(link).update(
        asks_at=now + max(pause, wanted),
        ask_tries=tries,
        ask_problem=problem,
        fails_since=Coalesce(F("fails_since"), now),
    )


def _mine(link: ShopLink) -> "QuerySet[ShopLink]":
    """The link, while the lease of this turn holds."""
    return ShopLink.objects.filter(pk=link.pk, asks_at=link.asks_at)
