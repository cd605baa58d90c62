"""Demo data of a seller: a seller of its own, with a building of its own, beside the real one.

So no number, list, message or picker of the real one ever meets it, and it is taken out as a whole.
It has the id `demo_id`: there is never more than one, and the reach of whoever looks at it is known
without a look-up. What is in it is made, and taken out, by `fulfillment/demo/trial/`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orders.access import SELLER_ROLES, Membership, Viewer
from orders.errors import DomainError
from orders.events.wakeups import wake_tasks_after_commit
from orders.models import Seller, Warehouse
from orders.row_security import reach_of, seeing
from orders.states import DemoState
from orders.words import say_later

IN_SESSION = "demo"  # whether this session looks at demo data; False: waits for it
NOBODY = "demo@demo.invalid"  # the top-level domain is reserved: RFC 2606
LONGEST_NAME = 80
THERE = (DemoState.MAKING, DemoState.READY)
# Own couriers drive within a day, so in the evening the demo's building lies further west.
LAST_HOUR = 19
FURTHER_WEST = ("Atlantic/Azores", "America/Sao_Paulo", "America/Denver")

IS_LEAVING = say_later("The demo data is being removed. Try again in a moment.")
OF_SEVERAL = say_later(
    "You work for several sellers: demo data is made by people who work for one."
)


def demo_id(seller_id: UUID) -> UUID:
    """The id of the demo of this seller, and of its building; a constraint keeps it."""
    return UUID(hashlib.md5(str(seller_id).encode(), usedforsecurity=False).hexdigest())


def in_demo(viewer: Viewer) -> Viewer | None:
    """The viewer of the demos of their sellers; the same one while these are being made.

    None where there is none, or it is being removed.
    """
    own = viewer.through(*SELLER_ROLES)
    demos = {demo_id(pk): pk for pk in own.seller_ids}
    if viewer.is_operator or not demos:
        return viewer
    with seeing(reach_of(sellers=demos)):
        found = Seller.objects.filter(pk__in=demos, demo_state__in=THERE)
        rows = list(found.values_list("pk", "demo_state", "warehouse__time_zone"))
    if not rows:
        return None
    zones = {pk: zone for pk, state, zone in rows if state == DemoState.READY}
    held = tuple(
        Membership(role=member["role"], seller=demo_id(seller), warehouse=None, zone=zone)
        for member in own.memberships
        if member["role"] in SELLER_ROLES
        and (seller := member["seller"])
        and (zone := zones.get(demo_id(seller)))
    )
    if not held:
        return viewer
    roles = frozenset(member["role"] for member in held)
    seen = replace(own, memberships=held, roles=roles, zone=held[0]["zone"] or "", is_demo=True)
    return seen.through(*roles)


def own_seller(viewer: Viewer) -> UUID:
    """The one seller that the viewer works for, also of who looks at its demo."""
    ids = Viewer.of(viewer.user).through(*SELLER_ROLES).seller_ids
    if viewer.is_operator or len(ids) != 1:
        raise DomainError(str(OF_SEVERAL))
    return next(iter(ids))


def demo_of(seller_id: UUID) -> Seller | None:
    """The demo of this seller, in whatever state."""
    with seeing(reach_of(sellers=[demo_id(seller_id)])):
        return Seller.objects.filter(pk=demo_id(seller_id)).first()


def begin_demo(seller_id: UUID) -> Seller:
    """Begin the demo of a seller, which a worker fills; the one that is there is left as it is.

    Raises DomainError while one is being removed.
    """
    pk = demo_id(seller_id)
    with seeing(reach_of(sellers=[seller_id, pk])), transaction.atomic():
        # Serializes two who press at once: the second finds the demo of the first.
        own = (
            Seller.objects.select_for_update(no_key=True, of=("self",))
            .select_related("warehouse")
            .get(pk=seller_id)
        )
        if known := Seller.objects.filter(pk=pk).first():
            if known.demo_state == DemoState.LEAVING:
                raise DomainError(str(IS_LEAVING))
            return known
        building = Warehouse.objects.create(
            id=pk,
            name="Demo building",
            code=f"DEMO-{pk.hex[:7]}",
            time_zone=_zone(own.warehouse.time_zone),
            country="DE",
            street="Am Westhafen 1",
            postcode="13353",
            city="Berlin",
        )
        made = Seller.objects.create(
            id=pk,
            name=f"Demo of {own.name}"[:LONGEST_NAME],
            slug=f"demo-{pk.hex}",
            warehouse=building,
            email=NOBODY,
            support_email=NOBODY,
            language=own.language,
            exchange_days=14,
            demo_of=own,
            demo_state=DemoState.MAKING,
        )
        wake_tasks_after_commit({settings.DEMO_TASK})
    return made


def end_demo(seller_id: UUID) -> None:
    """Have the demo of a seller removed by a worker; again, or without one, is no error."""
    pk = demo_id(seller_id)
    with seeing(reach_of(sellers=[pk])), transaction.atomic():
        demo = Seller.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if demo is None or demo.demo_state == DemoState.LEAVING:
            return
        demo.demo_state = DemoState.LEAVING
        demo.save(update_fields=["demo_state"])
        wake_tasks_after_commit({settings.DEMO_TASK})


def _zone(own: str) -> str:
    """The time zone of the real building, or one further west where the day is not nearly over."""
    now = timezone.now()
    zones: Sequence[str] = (own, *FURTHER_WEST)
    return next(zone for zone in zones if now.astimezone(ZoneInfo(zone)).hour < LAST_HOUR)
