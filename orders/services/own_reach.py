"""Which carriers may get the parcels of an order: own couriers only where they drive to."""

from orders.carriers import CARRIERS, OWN
from orders.errors import DomainError
from orders.models import Order, Shipment
from orders.services.known import homes_of, offers_of
from orders.services.reach import Place, Start, own_reach, where
from orders.words import say


def carriers_for(order: Order, shipment: Shipment) -> list[str]:
    """The codes of the carriers that go to its address; `order.seller.warehouse` is loaded."""
    is_own = own_couriers_reach(order, shipment)
    return [code for code in CARRIERS if is_own or code != OWN]


def own_couriers_reach(order: Order, shipment: Shipment) -> bool:
    """Whether a service by own couriers goes there, or took the order when it came.

    A seller who says nothing of own couriers has them where everybody begins: at home, in the
    country of the warehouse that the shipment leaves. None of them drives to where another
    warehouse of the seller has its own.
    """
    usual = order.seller.warehouse
    home = usual if shipment.warehouse_id == usual.pk else shipment.warehouse
    start = Start((home.country,), homes_of(order.seller))
    if order.service and order.service.get("carrier") == OWN:
        return not start.leaves_to_others(order.country)
    place = Place(order.country, order.postcode, order.city)
    return own_reach(offers_of(order.seller), place, start)


def refuse_unreached(order: Order, shipment: Shipment, carrier: str) -> None:
    """Raise DomainError where this carrier does not go to the address of the order."""
    if carrier == OWN and not own_couriers_reach(order, shipment):
        raise DomainError(say("Order {order}: {why}", order=order, why=not_there(order)))


def not_there(order: Order) -> str:
    """What to tell a packer of an order that own couriers do not reach."""
    place = where(Place(order.country, order.postcode, order.city))
    if len(CARRIERS) > 1:
        told = "our couriers do not deliver to {place}. Choose another carrier."
    else:
        told = (
            "our couriers do not deliver to {place}, and no other carrier is connected. "
            "Set it aside and tell your lead."
        )
    return say(told, place=place)
