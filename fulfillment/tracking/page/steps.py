"""How far an order or a return has come, in at most five steps."""

from dataclasses import dataclass

from fulfillment.tracking.page.scene import OVER, Scene
from orders.states import PACKAGE_UNDER_WAY, PackageStatus

STEPS = ("Ordered", "Packed", "On its way", "Out for delivery", "Delivered")


@dataclass(frozen=True)
class Step:
    """`state` is done, current or to_come."""

    label: str
    state: str


def steps(scene: Scene) -> list[Step]:
    """How far the order has come; none where nothing comes."""
    if scene.tracked.order.status in OVER or scene.is_stranded:
        return []
    return steps_up_to(_reached(scene), STEPS)


def steps_up_to(current: int, labels: tuple[str, ...]) -> list[Step]:
    """Steps of which the one at place `current`, counted from 1, is the present one."""
    states = ["done"] * (current - 1) + ["current"] + ["to_come"] * (len(labels) - current)
    return [Step(label, state) for label, state in zip(labels, states, strict=True)]


def _reached(scene: Scene) -> int:
    """The place of the furthest parcel that is not at its door yet."""
    if scene.tracked.is_done:
        return len(STEPS)
    if scene.boxes(PackageStatus.OUT_FOR_DELIVERY):
        return STEPS.index("Out for delivery") + 1
    if scene.boxes(*PACKAGE_UNDER_WAY, PackageStatus.DELIVERED):
        return STEPS.index("On its way") + 1
    return 2 if scene.is_packed else 1
