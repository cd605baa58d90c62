"""The headline of the tracking page, and the counts of items below it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst

from fulfillment.tracking.page.scene import Scene, taken_by, turned_back_for
from fulfillment.tracking.queries import TrackedPromise
from fulfillment.tracking.wording import acts_in
from notifications.words.wording import hold_code
from orders.models import Hold
from orders.promises.windows import next_from
from orders.states import PACKAGE_STRANDED, PACKAGE_TURNED_BACK, OrderStatus, PackageStatus

# With the carrier or the courier; other parcels that left wait for a second attempt, or for the
# customer.
ON_WAY = (
    PackageStatus.HANDED_OVER,
    PackageStatus.IN_TRANSIT,
    PackageStatus.OUT_FOR_DELIVERY,
)


@dataclass(frozen=True)
class Headline:
    """`tone` is good, active, warn or neutral; `detail` says where the parcel is."""

    text: str
    detail: str
    tone: str


def headline(scene: Scene) -> Headline:
    """Choose the headline; its date is that of the newest promise, as in messages."""
    words = scene.words
    if over := _over(scene):
        return Headline(over, "", "neutral")
    if Hold.Reason.NO_ADDRESS in scene.tracked.holds:
        return Headline(words.need_address, "", "warn")
    if scene.tracked.is_done and scene.tracked.delivered_at:
        return _delivered(scene, scene.tracked.delivered_at)
    if scene.is_stranded:
        return Headline(_stranded(scene), "", "warn")
    promise = scene.current_promise
    if scene.boxes(PackageStatus.OUT_FOR_DELIVERY) and promise:
        return _at_door(scene, promise)
    if scene.to_decide:
        return Headline(words.not_delivered, "", "warn")
    if scene.boxes(PackageStatus.AT_PICKUP_POINT):
        return _waits(scene)
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
        return scene.voice.count(scene.words.all_on_way, number, total=total) if number > 1 else ""
    parts = [
        (delivered, "delivered"),
        (on_way, "on_way" if delivered else "on_way_first"),
        (to_collect, "to_collect"),
        (failed, "not_yet" if scene.comes_again else "not_delivered"),
    ]
    said = scene.words.semicolon.join(_shares(scene, total, parts, rest))
    return f"{said}{scene.words.full_stop.rstrip()}"


def stops(scene: Scene) -> str:
    """Say how many stops the courier has before this one."""
    before = [box.stops_before for box in scene.out if not scene.goes_to_point]
    known = [number for number in before if number is not None]
    if known:
        away = scene.voice.count(scene.words.stops_away, min(known))
        return away if min(known) else scene.words.next_stop
    door, courier = scene.next_door(), any(box.courier_name for box in scene.out)
    is_next = door and courier and scene.now >= next_from(door.earliest)
    return scene.words.next_stop if is_next else ""


def _over(scene: Scene) -> str:
    """What became of an order of which nothing came, and nothing is to come; else ""."""
    if scene.sent_again and not scene.tracked.delivered_at:
        return scene.voice.say(acts_in(scene.language).whole_again, order=scene.sent_again)
    status = scene.tracked.order.status
    is_left = status == OrderStatus.UNDELIVERED and _was_left(scene)
    return scene.words.not_collected if is_left else scene.words.over.get(status, "")


def _delivered(scene: Scene, at: datetime) -> Headline:
    """All of it has come, or a part; the rest may be sent again."""
    text = _done(scene, at)
    if again := scene.sent_again:
        return Headline(
            text, scene.voice.say(acts_in(scene.language).rest_again, order=again), "neutral"
        )
    tone = "warn" if scene.is_partly_delivered else "good"
    return Headline(text, _to(scene, scene.words.in_town), tone)


def _waits(scene: Scene) -> Headline:
    """Say that it can be collected, or could be until a day that is over."""
    waiting = scene.boxes(PackageStatus.AT_PICKUP_POINT)
    if all(scene.is_overdue(box) for box in waiting):
        return Headline(scene.words.not_collected, "", "warn")
    return Headline(scene.words.to_collect, "", "active")


def _was_left(scene: Scene) -> bool:
    """Whether all that goes or went back waited at a pickup point in vain."""
    back = scene.boxes(*PACKAGE_TURNED_BACK)
    return bool(back) and all(turned_back_for(box) == "not_collected" for box in back)


def _stranded(scene: Scene) -> str:
    is_on_its_way_back = scene.boxes(PackageStatus.RETURNING)
    if is_on_its_way_back and _was_left(scene):
        return scene.words.not_collected
    return scene.words.not_delivered if is_on_its_way_back else scene.words.problem


def _done(scene: Scene, at: datetime) -> str:
    """Say when all or a part was delivered, or where its parcels were left."""
    takers = {taken_by(box) for box in scene.boxes(PackageStatus.DELIVERED)}
    taker = takers.pop() if len(takers) == 1 else ""
    done = scene.words.part_done if scene.is_partly_delivered else scene.words.done
    text = done[taker]
    return capfirst(text.format(at=scene.voice.moment(scene.local(at))))


def _at_door(scene: Scene, promise: TrackedPromise) -> Headline:
    words, voice = scene.words, scene.voice
    names = [box.courier_name for box in scene.out if not scene.goes_to_point]
    courier = next(filter(None, names), "")
    is_today = promise.local_on == scene.today
    form = words.with_courier if courier and is_today else "{text}"
    share = _share_out(scene)
    if scene.is_late:
        later = form.replace("{text}", words.later_today[share])
        text = voice.say(later, courier=courier) if is_today else words.later
        return Headline(text, words.still_out, "warn")
    hours = voice.hours(scene.local(promise.earliest), scene.local(promise.latest))
    forms = words.at_point if scene.goes_to_point else words.at_door
    text = forms[share].format(day=voice.day(promise.local_on), hours=hours)
    said = voice.say(form.replace("{text}", text), courier=courier)
    return Headline(said, _to(scene, words.out_to) or words.out, "active")


def _share_out(scene: Scene) -> str:
    """Say which share of the order the van brings: the whole, a part, or all that is left."""
    total = sum(line.wanted for line in scene.tracked.lines)
    delivered = sum(line.delivered for line in scene.tracked.lines)
    brought = scene.units(scene.out)
    if brought >= total:
        return "whole"
    return "rest" if delivered + brought >= total else "part"


def _arrives(scene: Scene, promise: TrackedPromise | None) -> Headline:
    words = scene.words
    has_part = bool(scene.boxes(PackageStatus.DELIVERED))
    if scene.only_waits and not scene.is_incomplete:
        waits = words.rest_not_in_stock if has_part else words.not_in_stock
        return Headline(waits, words.will_tell, "neutral")
    if scene.waits_for_all:
        return Headline(words.waiting_for_stock, words.waits_for_all, "neutral")
    if scene.is_held and not scene.boxes(*ON_WAY):
        return _held(scene)
    detail = _where(scene)
    if promise is None and scene.found:
        return Headline(acts_in(scene.voice.language).found_again, "", "active")
    if promise is None:
        undated = words.rest_prepared if has_part else words.received
        return Headline(undated, detail, "neutral")
    if scene.is_late:
        return Headline(words.later, detail, "warn")
    first = scene.local(promise.earliest).date()
    when = scene.voice.days(first, promise.local_on)
    arrives = words.rest_arrives if has_part else words.arrives
    if _never_to_come(scene):
        arrives = words.part_arrives  # no parcel is the rest: nothing makes the order whole
    return Headline(arrives.format(when=when), detail, "active")


def _held(scene: Scene) -> Headline:
    reason, promise, words = hold_code(scene.tracked.holds), scene.current_promise, scene.words
    detail = words.held_detail[reason]
    if promise and not scene.is_late and reason in ("pause", "check"):
        first = scene.local(promise.earliest).date()
        detail = words.held_planned.format(when=scene.voice.days(first, promise.local_on))
    return Headline(words.held[reason], detail, "neutral")


def _where(scene: Scene) -> str:
    """Say where the next parcel is, and when it is shipped."""
    words = scene.words
    if scene.boxes(*ON_WAY):
        return _to(scene, words.on_way_to)
    if scene.boxes(PackageStatus.ATTEMPT_FAILED):
        return ""  # it is with us until its day
    if scene.is_ready:
        return words.packed_ready
    if scene.is_packed:
        leaves = scene.leaving()
        if leaves is None or leaves.latest < scene.now:
            return words.packed
        return words.packed_leaves.format(when=scene.voice.by(leaves.local_on))
    return words.preparing if scene.tracked.works else words.have_received


def _shares(scene: Scene, total: int, parts: list[tuple[int, str]], rest: int) -> list[str]:
    """Say how many items are where: of all, the first; the others follow it."""
    words, voice = scene.words, scene.voice
    said: list[str] = []
    for number, where in [(number, where) for number, where in parts if number]:
        what = voice.count(words.shares[where], number)
        form = words.share if said else words.share_first
        said.append(voice.count(form, number, total=total, what=what))
    return [*said, voice.count(words.share_rest, rest)] if rest > 0 else said


def _never_to_come(scene: Scene) -> int:
    """Units that were lost, came back, or are on their way back."""
    known = sum(line.lost + line.came_back for line in scene.tracked.lines)
    return max(known, scene.units(scene.boxes(*PACKAGE_STRANDED)))


def _to(scene: Scene, text: str) -> str:
    town = scene.tracked.order.city
    return scene.voice.say(text, town=town) if town else ""
