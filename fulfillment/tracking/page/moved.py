"""A date that changed: the old one, the new one, why, and that nothing is to be done."""

from fulfillment.tracking.page import words
from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.queries import Promised
from orders.models import Promise
from orders.promises.windows import must_notify_customer

WHY: dict[str, str] = {
    Promise.Reason.STOCK_LATE: "Stock for your order is arriving late.",
    Promise.Reason.WAREHOUSE_BEHIND: "Our warehouse needs more time than planned.",
    Promise.Reason.CARRIER_DELAY: "The carrier is delayed.",
    Promise.Reason.WEATHER: "Bad weather is delaying deliveries.",
    Promise.Reason.LATE: "It is taking longer than planned.",
}


def new_date(scene: Scene) -> str:
    """What the customer is told of the promise that counts now, if it is not the first one.

    While the old window is not over, or where it was broken; a promise that only got more
    precise is no news.
    """
    promise = scene.awaited
    old = promise and scene.replaced_by(promise)
    if promise is None or old is None or scene.is_late:
        return ""
    by_hour = promise.kind == old.kind == Promise.Kind.AT_DOOR
    if not must_notify_customer(old, promise, by_the_hour=by_hour):
        return ""
    new = _in_words(scene, promise)
    if old.broken_at:
        return f"We are sorry: it was due {_in_words(scene, old)}. New date: {new}."
    if old.latest < scene.now:
        return ""
    why = WHY.get(promise.reason, "")
    said = f"New date: {new}, instead of {_in_words(scene, old)}."
    return " ".join(filter(None, (said, why, "No action needed.")))


def _in_words(scene: Scene, promise: Promised) -> str:
    first, last = scene.local(promise.earliest), scene.local(promise.latest)
    if promise.kind == Promise.Kind.AT_DOOR:
        return f"{words.near_day(promise.local_on, scene.today)}, {words.hours(first, last)}"
    return words.whole_days(first.date(), promise.local_on, scene.today)
