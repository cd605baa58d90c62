"""The history of an order on the tracking page."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fulfillment.tracking.page.scene import COLLECTED, LEFT_WITH, Scene, taken_by
from fulfillment.tracking.queries import HistoryEvent
from fulfillment.tracking.wording import acts_in
from orders.event_kinds import UNDONE, event_kind
from orders.states import PackageStatus


@dataclass(frozen=True)
class Entry:
    """One entry of the history; `is_undone`: a later entry corrects it."""

    when: str
    text: str
    is_undone: bool = False


def history(scene: Scene) -> list[Entry]:
    """Build the history, newest first, in local time; equal events of parcels share an entry."""
    happened = _without_formalities(scene.tracked.history)
    undone = _undone(happened)
    corrected = {id(event) for event in undone.values()}
    together: dict[tuple[str, str, bool], list[HistoryEvent]] = {}
    for event in happened:
        when = scene.voice.moment(scene.local(event.at))
        text = _text(scene, event)
        if event.kind.endswith(UNDONE):
            text = _undo(scene, event, undone.get(id(event), event))
        together.setdefault((when, text, id(event) in corrected), []).append(event)
    return [
        Entry(when, _with_parcels(scene, text, events), is_undone)
        for (when, text, is_undone), events in together.items()
    ]


def _without_formalities(events: Sequence[HistoryEvent]) -> list[HistoryEvent]:
    """Leave out the cancellation of a return that expired: of that the next event tells.

    And the approval of one for which the shop asks: nobody else requested it.
    """
    expired = {event.subject_id for event in events if event.kind == "return.expired"}
    return [
        event
        for event in events
        if not (event.kind == "return.cancelled" and event.subject_id in expired)
        and not (event.kind == "return.approved" and event.problem)
    ]


def _undone(events: Sequence[HistoryEvent]) -> dict[int, HistoryEvent]:
    """Return {id() of an undo: the event it undoes, the last one of its kind and subject}."""
    found: dict[int, HistoryEvent] = {}
    last: dict[tuple[str, UUID | None], list[HistoryEvent]] = defaultdict(list)
    for event in reversed(events):
        kind = event.kind.removesuffix(UNDONE)
        before = last[kind, event.subject_id]
        if kind == event.kind:
            before.append(event)
        elif before:
            found[id(event)] = before.pop()
    return found


def _undo(scene: Scene, event: HistoryEvent, mistake: HistoryEvent) -> str:
    """Say what is undone; where the seller has thought again, nothing was a mistake."""
    if on_again := scene.words.on_again.get(event.kind):
        return on_again
    return scene.words.correction.format(text=_text(scene, mistake))


def _text(scene: Scene, event: HistoryEvent) -> str:
    words, voice = scene.words, scene.voice
    if event.kind == "package.delivered" and event.to in LEFT_WITH:
        return words.left[event.to]
    if event.kind == "package.delivered" and _was_collected(scene, event):
        return words.left[COLLECTED]
    if event.kind == "return.requested" and event.problem:
        return acts_in(voice.language).asked_back
    kind = event_kind(event.kind.removesuffix(UNDONE))
    said = words.events.get(kind.name, kind.customer)
    text = voice.say(said, seller=scene.tracked.order.seller.name)
    why = voice.shared.failures.get(event.reason or "")
    return words.because.format(text=text, why=why) if why else text


def _was_collected(scene: Scene, event: HistoryEvent) -> bool:
    """Whether a parcel was collected: that is the last time that it was delivered."""
    boxes = scene.boxes(PackageStatus.DELIVERED)
    collected = {box.id for box in boxes if taken_by(box) == COLLECTED}
    same = (event.kind, event.subject_id)
    newest = next(one for one in scene.tracked.history if (one.kind, one.subject_id) == same)
    return event.subject_id in collected and event is newest


def _with_parcels(scene: Scene, text: str, events: list[HistoryEvent]) -> str:
    """Add the numbers of the parcels to a text, unless it is about all of them."""
    subjects = {event.subject_id for event in events}
    boxes = [box for box in scene.tracked.boxes if {box.id, box.shipment_id} & subjects]
    return scene.of_parcels(text, boxes)
