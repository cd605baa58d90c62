"""Parts of a kit: which products are picked where it is sold, and why a product can be no kit."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.catalogue.details import Part, ProductData
from orders.keys import first_id
from orders.models import KitPart, OrderLine, Package, Product, Return
from orders.statements import KITS, wait_for_lock
from orders.states import PACKAGE_IN_HOUSE, PACKAGE_UNDER_WAY, RETURN_OPEN, PackageStatus
from orders.values.counts import MOST_PER_KIT
from orders.values.problems import Problems
from orders.words import say

MOST_PARTS = 20
LONGEST_WAY = timedelta(days=90)  # of a parcel, until it is there or back
# As the index `line_to_allocate` has it.
WAITS_FOR_ALLOCATION = Q(ships=True, product__isnull=False) & Q(
    ordered__gt=F("allocated") + F("backordered") + F("cancelled")
)
Units = Mapping[UUID, int]  # product id -> units in one kit


def parts_of(product: Product) -> list[KitPart]:
    """The parts of a product, by SKU; none where it is no kit."""
    return list(product.parts.select_related("part").order_by("part__sku"))


def lock_parts(product: Product, data: ProductData) -> None:
    """Lock a product and those that become its parts, by id: none becomes a kit meanwhile.

    Where the product itself becomes one, nobody shares stock of it out meanwhile.
    """
    if not product._state.adding and not product.parts.exists():
        wait_for_lock(KITS)
    wanted = [part.sku for part in data.parts or ()]
    rows = Product.objects.filter(Q(pk=product.pk) | Q(sku__in=wanted), seller=product.seller_id)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def checked_parts(
    product: Product, data: ProductData, codes: Mapping[str, int], problems: Problems
) -> dict[UUID, int] | None:
    """{product id: units} of the parts that `data` gives; None where they stay as they are."""
    is_kit = not product._state.adding and product.parts.exists()
    if data.parts is None:
        if is_kit:
            _refuse_cases(codes, problems)
        return None
    if len(data.parts) > MOST_PARTS:
        problems.add("parts", say("expected at most {most}", most=MOST_PARTS))
        return None
    if data.parts:
        _refuse_cases(codes, problems)
    if data.parts and not is_kit and (why := _why_no_kit(product)):
        problems.add("parts", say("it cannot be a kit: {why}", why=why))
    return _named(product, data.parts, problems)


def keep_parts(product: Product, known: Sequence[KitPart], units: Units) -> None:
    """Write the parts of a locked product; `known`: those of before."""
    before = {row.part_id: row for row in known}
    gone = [row.pk for part_id, row in before.items() if units.get(part_id) != row.units]
    if gone:
        KitPart.objects.filter(pk__in=gone).delete()
    KitPart.objects.bulk_create(
        KitPart(seller_id=product.seller_id, kit=product, part_id=part_id, units=number)
        for part_id, number in units.items()
        if part_id not in before or before[part_id].pk in gone
    )


def _named(product: Product, parts: Sequence[Part], problems: Problems) -> dict[UUID, int]:
    skus = [part.sku for part in parts]
    rows = Product.objects.filter(seller=product.seller_id, sku__in=skus)
    by_sku = {row.sku: row for row in rows}
    kits = set(KitPart.objects.filter(kit__in=rows).values_list("kit", flat=True))
    found = {}
    for place, part in enumerate(parts):
        path = f"parts[{place}]"
        if not 1 <= part.units <= MOST_PER_KIT:
            problems.add(
                f"{path}.units", say("expected {least} to {most}", least=1, most=MOST_PER_KIT)
            )
        if (row := by_sku.get(part.sku)) is None:
            problems.add(f"{path}.sku", say("is no product of yours"))
        elif part.sku in skus[:place]:
            problems.add(f"{path}.sku", say("is given twice"))
        elif row.pk == product.pk:
            problems.add(f"{path}.sku", say("is the kit itself"))
        elif row.pk in kits:
            problems.add(f"{path}.sku", say("is a kit itself, and a kit has no kit in it"))
        else:
            found[row.pk] = part.units
    return found


def _refuse_cases(codes: Mapping[str, int], problems: Problems) -> None:
    if any(units > 1 for units in codes.values()):
        problems.add("cases", say("a kit has none: it is picked as its parts"))


def _why_no_kit(product: Product) -> str:
    """Why a product cannot become a kit; "" where it can."""
    if product._state.adding:
        return ""
    if row := KitPart.objects.filter(part=product).select_related("kit").first():
        return say("it is a part of {sku}, and a kit has no kit in it", sku=row.kit.sku)
    # What is allocated is in stock, which the warehouse knows: asked first, as a short pick makes
    # it wait.
    for path in settings.KIT_REFUSERS:
        if why := import_string(path)(product):
            return str(why)
    lines = OrderLine.objects.filter(seller=product.seller_id, product=product)
    # Each has an index.
    if any(lines.filter(way).exists() for way in (Q(backordered__gt=0), WAITS_FOR_ALLOCATION)):
        return say("orders wait for it as it is")
    if any(rows.exists() for rows in _may_come_back(product)):
        return say(
            "units of it are under way, or come back: what comes back needs a place in stock"
        )
    return ""


def _may_come_back(product: Product) -> "tuple[QuerySet[Any], ...]":
    """The parcels and returns through which units of a product may be in stock again."""
    parcels = Package.objects.filter(
        seller=product.seller_id,
        pk__gte=first_id(timezone.now() - LONGEST_WAY),  # or all that ever left are looked at
        status__in=(*PACKAGE_IN_HOUSE, *PACKAGE_UNDER_WAY, PackageStatus.RETURNING),
        lines__shipment_line__line__product=product,
    )
    returns = Return.objects.filter(
        seller=product.seller_id, status__in=RETURN_OPEN, lines__line__product=product
    )
    return parcels, returns
