"""The repairs of a return on the tracking page: what becomes of how many units."""

from collections import Counter

from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.returned import Repaired, TrackedReturn
from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from orders.returns.repairs import IS_BACK
from orders.returns.terms import REPAIR
from orders.states import REPAIR_OPEN, REPAIR_TO_SEND, RefundStatus, RepairStatus, ReturnStatus

GOES_BACK = (*REPAIR_TO_SEND, RepairStatus.SENT)


def repairing(scene: Scene, coming: TrackedReturn) -> str:
    """What is said once all of it was looked at, and something is to be repaired."""
    waits = any(row.status == RepairStatus.WAITING for row in coming.repairs)
    if not waits or coming.status != ReturnStatus.RECEIVED:
        return ""
    said = acts_in(scene.voice.language)
    is_begun = any(row.status not in REPAIR_OPEN for row in coming.repairs)
    return said.repairing_rest if is_begun else said.repairing


def repair(scene: Scene, coming: TrackedReturn) -> str:
    """That a repair is wanted; then what became of it, and with which order it goes back.

    Where that is not so of all its units, of how many of what it is.
    """
    if coming.is_coming:
        return acts_in(scene.voice.language).repair_asked if coming.wish == REPAIR else ""
    units: Counter[tuple[str, str]] = Counter()
    for row in coming.repairs:
        if end := _end(scene, row):
            units[row.title, end] += row.quantity
    ends = list(dict.fromkeys(end for _, end in units))
    if len(ends) < 2 and units.total() == sum(back.received for back in coming.lines):
        return scene.voice.sentences(*ends)
    named = (_named(scene, count, title, end) for (title, end), count in units.items())
    return scene.voice.sentences(*named)


def refund_rest(scene: Scene, coming: TrackedReturn) -> str:
    """That a refund is only of what does not go back to the customer."""
    is_told = coming.was_paid or coming.refund not in (None, RefundStatus.WAIVED)
    goes_back = any(row.status in GOES_BACK for row in coming.repairs)
    return acts_in(scene.voice.language).refund_rest if is_told and goes_back else ""


def _end(scene: Scene, row: Repaired) -> str:
    """What became of one; empty where it is not decided, or was refunded though repaired."""
    said = acts_in(scene.voice.language)
    if row.order_number:
        failed = said.repair_refunded if row.is_failed else ""
        text = said.repair_back if row.order_status in IS_BACK else said.repair_sent
        sent = scene.voice.say(text, order=row.order_number)
        return scene.voice.sentences(failed, sent)
    if row.status == RepairStatus.REFUNDED:
        return said.repair_refunded if row.is_failed else ""
    ends = {RepairStatus.REPAIRED: said.repair_done, RepairStatus.FAILED: said.repair_failed}
    return ends.get(RepairStatus(row.status), "")


def _named(scene: Scene, count: int, title: str, end: str) -> str:
    """Of how many units it is so; of a gift the title is hidden, as that of every item."""
    title = "…" if scene.tracked.order.is_gift else title
    text = phrases(scene.voice.language).found
    return scene.voice.say(text, count=count, title=title, what=end.rstrip(".。"))
