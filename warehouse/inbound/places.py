"""Places for goods: pick faces, where a product lies already, else an empty place near it."""

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from orders.models import Product, Warehouse
from warehouse.models import CountTask, Location, PickFace, Stock
from warehouse.states import COUNT_OPEN


def suggested_place(product: Product, warehouse: Warehouse) -> Location | None:
    """The place to put a product: its pick face, with its like, else the nearest empty one.

    Never one of another product, or that is to be counted. None: all are full.
    """
    return (
        face_to_fill(product, warehouse)
        or own_place(product, warehouse)
        or empty_place(warehouse, near=_where(product, warehouse))
    )


def face_to_fill(product: Product, warehouse: Warehouse) -> Location | None:
    """The first pick face of the product with fewer units than it is refilled to."""
    lying = Stock.objects.filter(product=product, location=OuterRef("location"))
    units = lying.order_by().values("product").annotate(units=Sum("on_hand")).values("units")
    faces = PickFace.objects.filter(product=product).annotate(units=Coalesce(Subquery(units), 0))
    to_fill = faces.filter(units__lt=F("target"))
    rows = _shelves(warehouse).filter(pk__in=to_fill.values("location"))
    return rows.order_by("walk_position", "code").first()


def own_place(product: Product, warehouse: Warehouse) -> Location | None:
    """The first place on the walk where the product lies alone, and nobody has to count."""
    lying = Stock.objects.filter(location=OuterRef("pk"), on_hand__gt=0)
    rows = _shelves(warehouse).filter(
        Exists(lying.filter(product=product)),
        ~Exists(lying.exclude(product=product)),
        ~Exists(PickFace.objects.filter(location=OuterRef("pk"))),
    )
    return rows.order_by("walk_position", "code").first()


def empty_place(warehouse: Warehouse, *, near: int) -> Location | None:
    """The nearest empty place on the walk, behind `near` or before it."""
    lying = Stock.objects.filter(location=OuterRef("pk"), on_hand__gt=0)
    face = PickFace.objects.filter(location=OuterRef("pk"))
    free = _shelves(warehouse).filter(~Exists(lying), ~Exists(face))
    behind = free.filter(walk_position__gte=near).order_by("walk_position", "code").first()
    before = free.filter(walk_position__lt=near).order_by("-walk_position", "code").first()
    found = [place for place in (behind, before) if place]
    return min(found, key=lambda place: abs(place.walk_position - near), default=None)


def _shelves(warehouse: Warehouse) -> "QuerySet[Location]":
    """Where goods may be put: bins and shelves, not blocked, that nobody has to count."""
    to_count = CountTask.objects.filter(location=OuterRef("pk"), status__in=COUNT_OPEN)
    closed = Stock.objects.filter(location=OuterRef("pk"), closed_at__isnull=False)
    return Location.objects.filter(
        ~Exists(to_count),
        ~Exists(closed),
        warehouse=warehouse,
        closed_at__isnull=True,
        blocked_at__isnull=True,
        is_staging=False,
        kind__in=(Location.Kind.BIN, Location.Kind.SHELF),
    )


def _where(product: Product, warehouse: Warehouse) -> int:
    """How far on the walk the product lies; 0 where it lies nowhere yet."""
    rows = Stock.objects.filter(product=product, location__warehouse=warehouse, on_hand__gt=0)
    rows = rows.filter(location__is_staging=False).exclude(location__kind=Location.Kind.TOTE)
    near = rows.order_by("location__walk_position").values_list("location__walk_position")
    return next((position for (position,) in near[:1]), 0)
