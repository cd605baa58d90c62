"""What the customer wants for a return, until its goods have come: for all of it, or by product."""

from uuid import UUID

from django.utils.text import capfirst

from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.returned import TrackedReturn
from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from notifications.words.wording import Goods, listed
from orders.returns.terms import CREDIT, EXCHANGE, REPAIR, wants_credit
from orders.states import OrderStatus

MONEY = "refund"


def wished(scene: Scene, coming: TrackedReturn) -> str:
    """A refund or store credit, if that is wanted for all of it.

    Who holds the link of a gift need not be who gets the money. Where the shop has asked for the
    return, nobody has asked for a refund.
    """
    wish = "" if _is_exchanged(coming) else _besides_exchange(coming)
    if not _is_open(coming) or not wish or scene.tracked.order.is_gift:
        return ""
    said = acts_in(scene.voice.language)
    if wish == CREDIT:
        return said.credit_asked
    return "" if coming.is_asked_back else said.refund_asked


def wishes(scene: Scene, coming: TrackedReturn) -> dict[UUID, str]:
    """{order line id: what is wanted for it}, if something is exchanged: for which product."""
    if not _is_open(coming) or not _is_exchanged(coming):
        return {}
    rest, language = _besides_exchange(coming), scene.voice.language
    words, found = phrases(language).wishes, {}
    for part in coming.lines:
        title = part.exchanged_for if part.exchanged else None
        if title:
            goods = listed([Goods(part.exchanged, title)], language)
            found[part.line_id] = capfirst(words[EXCHANGE].format(goods=goods))
        elif rest:
            found[part.line_id] = capfirst(words[rest])
    return found


def _is_open(coming: TrackedReturn) -> bool:
    return coming.is_coming and not coming.is_kept


def _is_exchanged(coming: TrackedReturn) -> bool:
    return bool(coming.exchange_number) and coming.exchange_status != OrderStatus.CANCELLED


def _besides_exchange(coming: TrackedReturn) -> str:
    """What is wanted of what is not exchanged; nothing where that is repaired, or cost nothing."""
    if coming.wish == REPAIR:
        return ""
    if wants_credit(coming.wish):
        return CREDIT
    return MONEY if coming.may_be_refunded else ""
