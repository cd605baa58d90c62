"""Enter the address of an order that came without one."""

from dataclasses import asdict, dataclass

from django.db import transaction

from orders.errors import DomainError
from orders.lifecycle.edit import differences, fixed_fields, write_fields
from orders.lifecycle.fingerprint import ADDRESS
from orders.lifecycle.transitions import lock_order
from orders.models import Order, User


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where an order goes; `country` is ISO 3166 alpha-2, `street` may have several lines."""

    customer_name: str
    street: str
    postcode: str
    city: str
    country: str
    company: str = ""
    region: str = ""


@transaction.atomic(savepoint=False)
def enter_address(order: Order, *, address: PostalAddress, actor: User | None) -> Order:
    """Enter the postal address of an order and release its `no_address` hold.

    Raises DomainError once a box has a label: the label would show another address; and
    InvalidInput with the problems by field.
    """
    order = lock_order(order.pk)
    if refusal := fixed_fields(order).get(ADDRESS[0]):
        raise DomainError(refusal)
    new = differences(order, asdict(address))
    return write_fields(order, new, "address_entered", actor=actor)
