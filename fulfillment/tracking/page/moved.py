"""The notice about a rescheduled promise: new date, old date, reason."""

from fulfillment.tracking.page import words
from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.queries import TrackedPromise
from orders.models import Promise
from orders.promises.windows import must_notify_customer

WHY: dict[str, str] = {
    Promise.Reason.STOCK_LATE: "Stock for your order is arriving late.",
    Promise.Reason.WAREHOUSE_BEHIND: "Our warehouse needs more time than planned.",
    Promise.Reason.CARRIER_DELAY: "The carrier is delayed.",
    Promise.Reason.WEATHER: "Bad weather is delaying deliveries.",
    Promise.Reason.LATE: "It is taking longer than planned.",
    Promise.Reason.HELD: "Your order was on hold.",
    Promise.Reason.ORDER_CHANGED: "Products were added to your order.",
}


def new_date(scene: Scene) -> str:
    """Write the notice that the current promise replaced another one, or "".

    Only while the old date is not past, or where it was broken; a promise that only became more
    precise needs no notice.
    """
    promise = scene.current_promise
    old = promise and scene.replaced_by(promise)
    if promise is None or old is None or scene.is_late:
        return ""
    by_hour = promise.kind == old.kind == Promise.Kind.AT_DOOR
    if not must_notify_customer(old, promise, by_the_hour=by_hour):
        return ""
    new = _date_text(scene, promise)
    if old.broken_at:
        return f"We are sorry: it was due {_date_text(scene, old)}. New date: {new}."
    if old.latest < scene.now:
        return ""
    why = WHY.get(promise.reason, "")
    said = f"New date: {new}, instead of {_date_text(scene, old)}."
    return " ".join(filter(None, (said, why, "No action needed.")))


def _date_text(scene: Scene, promise: TrackedPromise) -> str:
    first, last = scene.local(promise.earliest), scene.local(promise.latest)
    if promise.kind == Promise.Kind.AT_DOOR:
        return f"{words.near_day(promise.local_on, scene.today)}, {words.hours(first, last)}"
    return words.whole_days(first.date(), promise.local_on, scene.today)
