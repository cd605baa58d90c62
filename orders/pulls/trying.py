"""Try the way to a shop while its seller looks: one question, and the answer in a sentence."""

from datetime import timedelta
from threading import Lock

from django.utils import timezone

from orders.errors import DomainError
from orders.models import ShopLink
from orders.pulls.turns import Turn
from orders.shops.pages import Place
from orders.shops.telling import NotTold
from orders.words import say, say_count

TRY_SECONDS = 8.0
# A server that hangs keeps a thread of this process waiting: one at a time, not all of them.
_is_free = Lock()
LOOK_BACK = timedelta(days=1)


def try_connection(link: ShopLink) -> str:
    """What the shop says when it is asked for the orders of a day. Raises DomainError."""
    if not link.is_active:
        raise DomainError(say("The connection is closed: save it with a key first."))
    if not _is_free.acquire(blocking=False):
        raise DomainError(say("Another connection is being tested: try again in a few seconds."))
    try:
        turn = Turn(link)
        page = turn.asker.page(
            Place(timezone.now() - LOOK_BACK), turn.door(TRY_SECONDS), turn.token
        )
    except NotTold as error:
        raise DomainError(str(error)) from None
    finally:
        _is_free.release()
    count = len(page.found)
    if page.is_last:
        return say_count(
            count,
            "The shop lets us in. {n} order changed there in the last 24 hours.",
            "The shop lets us in. {n} orders changed there in the last 24 hours.",
            n=count,
        )
    return say_count(
        count,
        "The shop lets us in. {n} or more orders changed there in the last 24 hours.",
        "The shop lets us in. {n} or more orders changed there in the last 24 hours.",
        n=count,
    )
