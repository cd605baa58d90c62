"""The headline of the tracking page, and the counts of items below it."""

from dataclasses import dataclass

from fulfillment.tracking.page import words
from fulfillment.tracking.page.scene import LEFT_WITH, NOTHING_TO_COME, Scene
from fulfillment.tracking.queries import TrackedPromise
from orders.models import Hold
from orders.states import PACKAGE_STRANDED, PackageStatus

# With the carrier or the courier; other parcels that left wait for a second attempt, or for the
# customer.
ON_WAY = (
    PackageStatus.HANDED_OVER,
    PackageStatus.IN_TRANSIT,
    PackageStatus.OUT_FOR_DELIVERY,
)
# What the page says of a hold; the first that applies, and of every other reason the last.
HELD_FOR: dict[str, tuple[str, str]] = {
    Hold.Reason.PICKUP: ("Not for delivery", "You chose to collect your order yourself."),
    Hold.Reason.PAYMENT: (
        "Waiting for payment",
        "We can ship your order once it is paid, and will send you the date then.",
    ),
    Hold.Reason.SELLER: (
        "On hold",
        "We will send you the date as soon as your order can ship.",
    ),
}
OTHER_HOLD = (
    "We are checking your order",
    "We will send you the date as soon as it can ship.",
)
WAITS_FOR_ALL = "We ship everything together, and will let you know as soon as we have a date."
NOT_DELIVERED = "We could not deliver your parcel"


@dataclass(frozen=True)
class Headline:
    """`tone` is good, active, warn or neutral; `detail` says where the parcel is."""

    text: str
    detail: str
    tone: str


def headline(scene: Scene) -> Headline:
    """Choose the headline; its date is that of the newest promise, as in messages."""
    if over := NOTHING_TO_COME.get(scene.tracked.order.status):
        return Headline(over, "", "neutral")
    if Hold.Reason.NO_ADDRESS in scene.tracked.holds:
        return Headline("We need your address", "", "warn")
    if scene.tracked.is_done and scene.tracked.delivered_at:
        at = words.moment(scene.local(scene.tracked.delivered_at), scene.today)
        return Headline(f"{_left(scene)} {at}", _to_town(scene, "In {}."), "good")
    if scene.is_stranded:
        return Headline(_stranded(scene), "", "warn")
    promise = scene.current_promise
    if scene.boxes(PackageStatus.OUT_FOR_DELIVERY) and promise:
        return _at_door(scene, promise)
    if scene.boxes(PackageStatus.ATTEMPT_FAILED):
        return Headline(NOT_DELIVERED, "", "warn")
    if scene.boxes(PackageStatus.AT_PICKUP_POINT):
        return Headline("Your parcel is ready to collect", "", "active")
    return _arrives(scene, promise)


def counts(scene: Scene) -> str:
    """Say how many items are delivered, on the way and to follow; "" while all are together."""
    lines = scene.tracked.lines
    total = sum(line.wanted for line in lines)
    delivered = sum(line.delivered for line in lines)
    on_way, failed, to_collect = (
        scene.units(scene.boxes(*statuses))
        for statuses in (ON_WAY, (PackageStatus.ATTEMPT_FAILED,), (PackageStatus.AT_PICKUP_POINT,))
    )
    under_way = on_way + failed + to_collect
    rest = total - delivered - under_way - _never_to_come(scene)
    if not under_way + delivered or total in (delivered, failed, to_collect):
        return ""
    if on_way == total:
        number = len(scene.boxes(*ON_WAY))
        return f"All {total} items are on their way, in {number} parcels." if number > 1 else ""
    its = "its" if on_way == 1 else "their"
    parts = [
        (delivered, "delivered"),
        (on_way, "on the way" if delivered else f"on {its} way"),
        (to_collect, "ready to collect"),
        (failed, "not delivered yet" if scene.comes_again else "not delivered"),
    ]
    return "; ".join(_counted(total, parts, rest)) + "."


def stops(scene: Scene) -> str:
    """Say how many stops the courier has before this one."""
    before = [box.stops_before for box in scene.boxes(PackageStatus.OUT_FOR_DELIVERY)]
    known = [number for number in before if number is not None]
    if not known:
        return ""
    return f"{words.count(min(known), 'stop')} away" if min(known) else "You are next"


def _stranded(scene: Scene) -> str:
    is_on_its_way_back = scene.boxes(PackageStatus.RETURNING)
    return NOT_DELIVERED if is_on_its_way_back else "There is a problem with your delivery"


def _left(scene: Scene) -> str:
    """Return "Delivered", or where all parcels were left."""
    takers = {box.handed_to for box in scene.boxes(PackageStatus.DELIVERED)}
    return LEFT_WITH.get(takers.pop(), "Delivered") if len(takers) == 1 else "Delivered"


def _at_door(scene: Scene, promise: TrackedPromise) -> Headline:
    names = [box.courier_name for box in scene.boxes(PackageStatus.OUT_FOR_DELIVERY)]
    courier = next(filter(None, names), "")
    is_today = promise.local_on == scene.today
    person = f", with {courier}" if courier and is_today else ""
    if scene.is_late:
        text = f"Arrives later today{person}" if is_today else "Later than planned"
        return Headline(text, "Still out for delivery.", "warn")
    day = words.day(promise.local_on, scene.today)
    hours = words.hours(scene.local(promise.earliest), scene.local(promise.latest))
    detail = _to_town(scene, "Out for delivery to {}.") or "Out for delivery."
    return Headline(f"Arrives {day}, {hours}{person}", detail, "active")


def _arrives(scene: Scene, promise: TrackedPromise | None) -> Headline:
    has_part = bool(scene.boxes(PackageStatus.DELIVERED))
    if scene.only_waits and not scene.is_incomplete:
        waits = "The rest is not in stock yet" if has_part else "Not in stock yet"
        return Headline(waits, "We will let you know as soon as we have a date.", "neutral")
    if scene.waits_for_all:
        return Headline("Waiting for stock", WAITS_FOR_ALL, "neutral")
    if scene.is_held and not scene.boxes(*ON_WAY):
        return _held(scene)
    part = "The rest arrives" if has_part else "Arrives"
    detail = _where(scene)
    if promise is None:
        undated = "The rest is being prepared" if has_part else "Order received"
        return Headline(undated, detail, "neutral")
    if scene.is_late:
        return Headline("Later than planned", detail, "warn")
    first = scene.local(promise.earliest).date()
    return Headline(f"{part} {words.days(first, promise.local_on, scene.today)}", detail, "active")


def _held(scene: Scene) -> Headline:
    reasons = scene.tracked.holds
    text, detail = next(
        (said for reason, said in HELD_FOR.items() if reason in reasons), OTHER_HOLD
    )
    return Headline(text, detail, "neutral")


def _where(scene: Scene) -> str:
    """Say where the next parcel is, and when it is shipped."""
    if scene.boxes(*ON_WAY):
        return _to_town(scene, "On its way to {}.")
    if scene.is_ready:
        return "Packed and waiting for the courier."
    if scene.is_packed:
        leaves = scene.leaving()
        if leaves is None or leaves.latest < scene.now:
            return "Packed."
        return f"Packed. It leaves our warehouse {words.by_day(leaves.local_on, scene.today)}."
    return "We are preparing your order." if scene.tracked.works else "We have received your order."


def _counted(total: int, parts: list[tuple[int, str]], rest: int) -> list[str]:
    first, *others = [(number, what) for number, what in parts if number]
    said = [f"{first[0]} of {words.count(total, 'item')} {words.are(first[0])} {first[1]}"]
    said += [f"{number} {words.are(number)} {what}" for number, what in others]
    return [*said, f"{rest} to follow"] if rest > 0 else said


def _never_to_come(scene: Scene) -> int:
    """Units that were lost, came back, or are on their way back."""
    known = sum(line.lost + line.came_back for line in scene.tracked.lines)
    return max(known, scene.units(scene.boxes(*PACKAGE_STRANDED)))


def _to_town(scene: Scene, text: str) -> str:
    city = scene.tracked.order.city
    return text.format(city) if city else ""
