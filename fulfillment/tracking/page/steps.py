"""The progress bar of an order or a return, in at most five steps."""

from dataclasses import dataclass

from fulfillment.tracking.page.scene import NOTHING_TO_COME, Scene
from orders.states import PACKAGE_UNDER_WAY, PackageStatus

STEPS = ("ordered", "packed", "on_way", "out", "delivered")


@dataclass(frozen=True)
class Step:
    """`state` is done, current or to_come."""

    label: str
    state: str


def steps(scene: Scene) -> list[Step]:
    """Build the steps of an order; none where nothing is to come, or no attempt follows."""
    if scene.tracked.order.status in NOTHING_TO_COME or scene.is_stranded or not scene.comes_again:
        return []
    labels = scene.words.steps
    return steps_up_to(_reached(scene), tuple(labels[step] for step in STEPS))


def steps_up_to(current: int, labels: tuple[str, ...]) -> list[Step]:
    """Build steps of which number `current`, counted from 1, is the current one."""
    states = ["done"] * (current - 1) + ["current"] + ["to_come"] * (len(labels) - current)
    return [Step(label, state) for label, state in zip(labels, states, strict=True)]


def _reached(scene: Scene) -> int:
    """Return the number of the current step, from 1: that of the farthest parcel to come."""
    if scene.tracked.is_done:
        return len(STEPS)
    if scene.boxes(PackageStatus.OUT_FOR_DELIVERY):
        return STEPS.index("out") + 1
    if scene.boxes(*PACKAGE_UNDER_WAY):
        return STEPS.index("on_way") + 1
    return 2 if scene.is_packed else 1
