"""The notices of the tracking page: problems, changes, and what the customer can do."""

from dataclasses import dataclass

from fulfillment.tracking.page.moved import date_text, is_wished, new_date
from fulfillment.tracking.page.scene import NOTHING_TO_COME, Scene, turned_back_for
from fulfillment.tracking.queries import Box, TrackedPromise
from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from orders.models import Hold, Package, Promise
from orders.states import PACKAGE_TURNED_BACK, PackageStatus


@dataclass(frozen=True)
class Notice:
    """`tone` is warn or info."""

    text: str
    tone: str


def notices(scene: Scene) -> list[Notice]:
    """Build the notices, the most serious first."""
    seller = scene.tracked.order.seller.name
    words, say = scene.words, scene.voice.say
    names = _names(scene)
    moved = new_date(scene)
    found = [
        say(_failure(scene, box).replace("{parcel}", name), seller=seller)
        for name, box in names
        if box.failure in words.failures and _is_told(scene, box)
        if not (moved and scene.day_set(box))  # the new date is said above it
    ]
    if Hold.Reason.NO_ADDRESS in scene.tracked.holds:
        found.append(words.address_incomplete)
    elif scene.is_late:
        found.append(_late(scene))
    wished = [Notice(moved, "info")] if moved and is_wished(scene) else []
    if moved and not wished:
        found.insert(0, moved)
    found += _troubles(scene, names)
    waiting = [
        _collect(scene, name, box)
        for name, box in names
        if box.status == PackageStatus.AT_PICKUP_POINT
    ]
    again = [_found(scene, name, box) for name, box in names if box in scene.found]
    others = _goes_back(scene) + wished + again + waiting + _changes(scene)
    return [Notice(text, "warn") for text in found] + others


def _goes_back(scene: Scene) -> list[Notice]:
    """Say of which order and return this is what comes back, repaired or as it was."""
    back = scene.tracked.goes_back
    if back is None:
        return []
    text = phrases(scene.voice.language).goes_back[back.end]
    return [Notice(scene.voice.say(text, order=back.order, rma=back.rma), "info")]


def _troubles(scene: Scene, names: list[tuple[str, Box]]) -> list[str]:
    """What went wrong with parcels; what was in one may be sent again by now."""
    words, seller = scene.words, scene.tracked.order.seller.name
    again, acts = scene.voice.listed(scene.tracked.sent_again), acts_in(scene.language)
    replaced = {PackageStatus.LOST: acts.lost_again, PackageStatus.RETURNED: acts.came_back_again}
    found = []
    for name, box in names:
        if scene.is_replaced(box) and (text := replaced.get(PackageStatus(box.status))):
            found.append(scene.voice.say(text.replace("{parcel}", name), order=again))
        elif text := words.trouble.get(box.status):
            text = words.trouble.get(f"{box.status}_{turned_back_for(box)}", text)
            said = scene.voice.say(text.replace("{parcel}", name), seller=seller)
            is_back = box.status in PACKAGE_TURNED_BACK
            next_said = scene.voice.say(words.what_next, seller=seller) if is_back else ""
            found.append(scene.voice.sentences(said, next_said))
    return found


def _names(scene: Scene) -> list[tuple[str, Box]]:
    """Return each parcel with its name at the beginning of a sentence."""
    words, has_many = scene.words, scene.has_many
    return [
        (words.parcel.format(number=number) if has_many else words.your_parcel, box)
        for number, box in enumerate(scene.tracked.boxes, start=1)
    ]


def _is_told(scene: Scene, box: Box) -> bool:
    """Whether it could not be delivered, and nothing is decided but perhaps another day."""
    is_tried_again = box.failure == Package.Failure.NOT_HOME
    return box in (scene.boxes(PackageStatus.ATTEMPT_FAILED) if is_tried_again else scene.to_decide)


def _failure(scene: Scene, box: Box) -> str:
    """Say why a parcel was not delivered, and the day on which it comes again once that is set."""
    promise = scene.day_set(box) if box.failure == Package.Failure.NOT_HOME else None
    if promise is None:
        is_wrong = box.failure == Package.Failure.ADDRESS_WRONG
        code = "corrected" if is_wrong and scene.tracked.is_corrected else box.failure
        return scene.words.failures[code]
    return scene.words.new_day.replace("{when}", date_text(scene, promise))


def _found(scene: Scene, name: str, box: Box) -> Notice:
    """Say that a parcel which was found again has no day yet, and what was sent in its place."""
    words, seller = acts_in(scene.voice.language), scene.tracked.order.seller.name
    number = scene.replacement_of(box)
    text = (words.found_replaced if number else words.day_follows).replace("{parcel}", name)
    return Notice(scene.voice.say(text, order=number, seller=seller), "info")


def _collect(scene: Scene, name: str, box: Box) -> Notice:
    """Say where and until when a parcel can be collected."""
    words = scene.words
    if box.pickup_until is None:
        return Notice(words.ready_to_collect.format(parcel=name), "info")
    is_over = scene.is_overdue(box)
    text = words.collect_today if box.pickup_until == scene.today else words.collect
    text = (words.collect_over if is_over else text).replace("{parcel}", name)
    text = text.replace("{until}", scene.voice.until(box.pickup_until))
    seller = {"seller": scene.tracked.order.seller.name} if is_over else {}
    said = scene.voice.say(text, place=box.pickup_point, **seller)
    return Notice(said, "warn" if is_over else "info")


def _late(scene: Scene) -> str:
    """Say that the current promise is broken, with its date and parcels."""
    promise = scene.current_promise
    if promise is None:
        return ""
    return scene.of_parcels(_broken(scene, promise), scene.promised(promise))


def _broken(scene: Scene, promise: TrackedPromise) -> str:
    words, voice = scene.words, scene.voice
    if promise.kind == Promise.Kind.ARRIVES:
        return words.late_arrival.format(by=voice.by(promise.local_on))
    hours = voice.hours(scene.local(promise.earliest), scene.local(promise.latest))
    if promise.local_on == scene.today:
        return words.late_today.format(hours=hours)
    return words.late_day.format(day=voice.past_day(promise.local_on), hours=hours)


def _changes(scene: Scene) -> list[Notice]:
    former, acts = scene.tracked.replaces, acts_in(scene.language)
    if scene.tracked.order.status in NOTHING_TO_COME:
        return []
    backordered = sum(line.backordered for line in scene.tracked.lines)
    cancelled = sum(line.cancelled for line in scene.tracked.lines)
    said = [scene.voice.say(acts.replacement_for, order=former)] if former else []
    if scene.is_incomplete:
        said.append(scene.words.incomplete)
    elif backordered:
        said.append(scene.voice.count(scene.words.backordered, backordered))
    if cancelled:
        said.append(scene.voice.count(scene.words.cancelled, cancelled))
    return [Notice(text, "info") for text in said]
