"""The progress bar of an order or a return, in at most five steps."""

from dataclasses import dataclass

from fulfillment.tracking.page.scene import NOTHING_TO_COME, Scene
from fulfillment.tracking.queries import Box
from orders.states import PACKAGE_IN_HOUSE, PACKAGE_UNDER_WAY, PackageStatus

STEPS = ("ordered", "packed", "on_way", "out", "delivered")
PACKED, ON_ITS_WAY, OUT = 2, 3, 4  # their numbers, from 1
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

    None either where only a part arrived: "Delivered" would be said of all.

    They never go back: a failed attempt is a notice. Where one parcel has come farther than those
    that are still to come, each parcel tells its own state, and there are no steps of the order.
    """
    if scene.tracked.order.status in NOTHING_TO_COME or scene.is_stranded or not scene.comes_again:
        return []
    if scene.is_partly_delivered:
        return []
    reached = _reached(scene)
    farthest = max((_stage(scene, box) for box in scene.tracked.boxes), default=reached)
    labels = scene.words.steps
    named = tuple(labels[step] for step in STEPS)
    return steps_up_to(reached, named) if reached >= farthest else []


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
