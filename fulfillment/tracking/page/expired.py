"""What is said of a return that expired, and of its parcel where that comes after all."""

from fulfillment.tracking.page.scene import Scene
from fulfillment.tracking.page.steps import return_state
from fulfillment.tracking.returned import Found, TrackedReturn, came_late
from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from notifications.words.wording import day
from orders.returns.due.after_all import is_late


def state(scene: Scene, coming: TrackedReturn) -> str:
    """How far a return is, in a word."""
    if coming.is_expired:
        return acts_in(scene.voice.language).state_expired
    return return_state(scene, coming, coming.status)


def expired(scene: Scene, coming: TrackedReturn, *, is_open: bool) -> str:
    """What is said of a return that nobody handed in by its day: the customer has not cancelled."""
    last, voice = coming.hand_in_by, scene.voice
    if last is None or not coming.is_expired:
        return ""
    acts = acts_in(voice.language)
    if coming.was_followed:
        said = acts.return_expired_open if is_open else acts.return_expired
    else:
        said = acts.return_not_come_open if is_open else acts.return_not_come
    return voice.say(said, day=day(last, today=scene.today, language=voice.language))


def arrived_late(scene: Scene, coming: TrackedReturn) -> str:
    """What is said of a parcel that came after its return had expired, until it is decided on."""
    expired, voice = _expired_before(scene, coming), scene.voice
    if expired is None or not coming.is_undecided:
        return ""
    return voice.say(acts_in(voice.language).came_late, number=expired.number)


def kind_words(scene: Scene, coming: TrackedReturn, row: Found) -> str:
    """In what it differs: what was requested, and came too late, was not sent without a request."""
    words, expired = phrases(scene.voice.language), _expired_before(scene, coming)
    asked = {part.line_id for part in expired.lines} if expired else set()
    return (
        words.found_late if is_late(row.kind, row.line_id, asked) else words.found_kinds[row.kind]
    )


def _expired_before(scene: Scene, coming: TrackedReturn) -> TrackedReturn | None:
    """The return that had expired when this one came in its place."""
    rows = scene.tracked.returns
    late = came_late(rows)
    return next((row for row in rows if late.get(row.id) is coming), None)
