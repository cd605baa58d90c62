"""The progress bar of an order or a return, in at most five steps."""

from dataclasses import dataclass

from fulfillment.tracking.page.scene import COLLECTED, NOTHING_TO_COME, Scene, taken_by
from fulfillment.tracking.queries import Box
from fulfillment.tracking.returned import TrackedReturn
from fulfillment.tracking.wording import acts_in
from orders.states import PACKAGE_IN_HOUSE, PACKAGE_UNDER_WAY, PackageStatus, ReturnStatus

STEPS = ("ordered", "packed", "on_way", "out", "delivered")
PACKED, ON_ITS_WAY, OUT = 2, 3, 4  # their numbers, from 1
RETURN_STEPS = (
    ReturnStatus.REQUESTED,
    ReturnStatus.APPROVED,
    ReturnStatus.RECEIVED,
    ReturnStatus.CLOSED,
)
# A courier has been at the door, or is on the way there.
AT_THE_DOOR = (
    PackageStatus.OUT_FOR_DELIVERY,
    PackageStatus.ATTEMPT_FAILED,
    PackageStatus.AT_PICKUP_POINT,
)


@dataclass(frozen=True)
class Step:
    """`state` is done, current or to_come."""

    label: str
    state: str


def steps(scene: Scene) -> list[Step]:
    """Build the steps of an order; none where nothing is to come, or no attempt follows.

    None either where only a part arrived: "Delivered" would be said of all. Nor of what the
    customer collects from the shop.

    They never go back: a failed attempt is a notice. Where one parcel has come farther than those
    that are still to come, each parcel tells its own state, and there are no steps of the order.
    """
    if scene.tracked.order.status in NOTHING_TO_COME or scene.is_stranded or not scene.comes_again:
        return []
    if scene.is_partly_delivered or scene.is_fetched:
        return []
    reached = _reached(scene)
    farthest = max((_stage(scene, box) for box in scene.tracked.boxes), default=reached)
    labels = scene.words.steps
    named = tuple(labels[step] for step in _of_point(scene))
    return steps_up_to(reached, named) if reached >= farthest else []


def _of_point(scene: Scene) -> tuple[str, ...]:
    """The steps; of what waits at a pickup point, or was collected there, the last are its own."""
    arrived = scene.boxes(PackageStatus.AT_PICKUP_POINT, PackageStatus.DELIVERED)
    if not arrived or any(taken_by(box) != COLLECTED for box in arrived):
        return STEPS
    return (*STEPS[: OUT - 1], "to_collect", COLLECTED)


def steps_up_to(current: int, labels: tuple[str, ...]) -> list[Step]:
    """Build steps of which number `current`, counted from 1, is the current one."""
    states = ["done"] * (current - 1) + ["current"] + ["to_come"] * (len(labels) - current)
    return [Step(label, state) for label, state in zip(labels, states, strict=True)]


def _reached(scene: Scene) -> int:
    """Return the number of the current step, from 1: that of the farthest parcel to come."""
    if scene.tracked.is_done:
        return len(STEPS)
    if under_way := scene.boxes(*PACKAGE_UNDER_WAY):
        return max(_stage(scene, box) for box in under_way)
    return PACKED if scene.is_packed else 1


def _stage(scene: Scene, box: Box) -> int:
    """Return the number of the farthest step that a parcel has ever been at."""
    if box.status in PACKAGE_IN_HOUSE:
        return PACKED
    if box.status == PackageStatus.DELIVERED:
        return len(STEPS)
    was_out = any(
        event.kind == "package.out_for_delivery" and event.subject_id == box.id
        for event in scene.tracked.history
    )
    return OUT if was_out or box.status in AT_THE_DOOR else ON_ITS_WAY


def steps_of_return(coming: TrackedReturn) -> list[ReturnStatus]:
    """The steps of a return: of what is kept nothing comes, and what the shop asks for is approved.

    The customer has requested that at no time.
    """
    kept = {ReturnStatus.RECEIVED} if coming.is_kept else set()
    skipped = kept | ({ReturnStatus.REQUESTED} if coming.is_asked_back else set())
    return [step for step in RETURN_STEPS if step not in skipped]


def return_state(scene: Scene, coming: TrackedReturn, status: str) -> str:
    """What a status of a return is called; the approval of what the shop asks for is that."""
    if coming.is_asked_back and status == ReturnStatus.APPROVED:
        return acts_in(scene.voice.language).state_asked_back
    return scene.words.return_states[status]
