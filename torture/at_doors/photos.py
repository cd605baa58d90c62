"""Photos of the town, on which nobody can see anything."""

from orders.models import Order, Problem, ProblemPhoto, Product, User
from warehouse.inbound.receiving import report_damage
from warehouse.models import Inbound, InboundDamage


def photo_of(order: Order) -> ProblemPhoto:
    """What the customer reports of the first parcel of an order, with a photo."""
    package = order.packages.order_by("number")[0]
    problem = Problem.objects.create(
        seller=order.seller, order=order, package=package, kind="damaged", quantity=1,
        line=order.lines.order_by("position")[0],
    )  # fmt: skip
    return ProblemPhoto.objects.create(
        seller=order.seller, problem=problem, image=b"", width=1, height=1
    )


def damage_of(inbound: Inbound, lamp: Product, actor: User) -> InboundDamage:
    """A unit that arrived damaged, with a photo."""
    damage = report_damage(inbound, product=lamp, units=1, reason="wet", actor=actor)
    damage.image, damage.width, damage.height = b"", 1, 1
    damage.save(update_fields=["image", "width", "height"])
    return damage
