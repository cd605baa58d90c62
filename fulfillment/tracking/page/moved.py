"""The notice about a rescheduled promise: new date, old date, reason."""

from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.queries import TrackedPromise
from orders.models import Promise
from orders.promises.windows import must_notify_customer


def is_wished(scene: Scene) -> bool:
    """Whether the customer chose the date in force: good news."""
    promise = scene.current_promise
    return promise is not None and promise.reason == Promise.Reason.WISHED


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
    new = date_text(scene, promise)
    if old.broken_at:
        return scene.words.moved_late.format(old=date_text(scene, old), new=new)
    if old.latest < scene.now:
        return ""
    why = scene.voice.sentence(scene.voice.shared.causes.get(promise.reason, ""))
    said = scene.words.moved.format(new=new, old=date_text(scene, old))
    return scene.voice.sentences(said, why, scene.words.no_action)


def date_text(scene: Scene, promise: TrackedPromise) -> str:
    """Say the days or the hour of a promise."""
    first, last = scene.local(promise.earliest), scene.local(promise.latest)
    if promise.kind == Promise.Kind.AT_DOOR:
        day = scene.voice.near_day(promise.local_on)
        return scene.voice.day_hours(day, scene.voice.hours(first, last))
    return scene.voice.whole_days(first.date(), promise.local_on)
