"""Lots as a lead sees them: what is kept from orders, where a lot lies, which orders got it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from orders.access import Viewer
from orders.models import Shipment, Warehouse
from orders.states import SHIPMENT_TO_SEND, ShipmentStatus
from orders.words import say
from warehouse.models import Lot, PickLine, Stock

SOON = timedelta(days=30)


def lots_in(viewer: Viewer, warehouse: Warehouse) -> QuerySet[Any]:
    """The lots of which something lies in a warehouse, with `units` and `last_day`: of its sending,
    as its seller wants.
    """
    lying = Stock.objects.filter(
        product=OuterRef("product"), lot=OuterRef("code"), location__warehouse=warehouse
    )
    units = lying.order_by().values("lot").annotate(units=Sum("on_hand")).values("units")
    rows: QuerySet[Any] = Lot.objects.visible_to(viewer).annotate(
        units=Coalesce(Subquery(units, output_field=IntegerField()), 0),
        last_day=ExpressionWrapper(
            F("expires_on") - F("product__least_days_left"), output_field=DateField()
        ),
    )
    return rows.select_related("product", "seller", "changed_by")


def kept_or_soon(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Those that no order gets, and those that will soon be, by day."""
    near = Q(blocked_at__isnull=False) | Q(last_day__lt=today + SOON)
    return rows.filter(near, units__gt=0).order_by("expires_on", "product__sku", "code")


def places_with(lot: Lot, warehouse: Warehouse) -> QuerySet[Stock]:
    """Where a lot lies."""
    rows = Stock.objects.filter(product=lot.product_id, lot=lot.code, on_hand__gt=0)
    return (
        rows.filter(location__warehouse=warehouse)
        .select_related("location")
        .order_by("location__code")
    )


def shipments_with(viewer: Viewer, product_id: UUID, lot: str) -> QuerySet[Any]:
    """Recall: the shipments that have units of a lot, or sent them, with `units`.

    Those that have not left (`is_here`) come first, then the newest. What was picked for a shipment
    that is cancelled is in the house.
    """
    picked = PickLine.objects.filter(stock__product=product_id, stock__lot=lot)
    mine = picked.filter(pick_list__shipment=OuterRef("pk"), picked__gt=F("to_put_back"))
    by_shipment = mine.order_by().values("pick_list__shipment")
    units = by_shipment.annotate(units=Sum(F("picked") - F("to_put_back"))).values("units")
    rows: QuerySet[Any] = Shipment.objects.visible_to(viewer).annotate(
        units=Subquery(units, output_field=IntegerField()),
        is_here=ExpressionWrapper(Q(status__in=SHIPMENT_TO_SEND), BooleanField()),
    )
    found = rows.filter(units__gt=0).exclude(status=ShipmentStatus.CANCELLED)
    return found.select_related("order").order_by("-is_here", "-created_at", "-pk")


def why_kept(lot: Any, today: date) -> str:
    """Why no order gets a lot, in a word; "" where they do."""
    if lot.blocked_at:
        return say("Blocked")
    if lot.expires_on and lot.expires_on < today:
        return say("Expired")
    return say("Too few days left") if lot.last_day and lot.last_day < today else ""
