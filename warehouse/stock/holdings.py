"""What the books have: of a product, none of a kit, and of a warehouse that is to be left."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Sum

from orders.errors import DomainError
from orders.models import KitPart, Product, Seller, Warehouse
from orders.words import say, say_count
from orders.words.writing import grouped
from warehouse.models import Correction, Inbound, Run, Supply
from warehouse.states import INBOUND_OPEN, RUN_OPEN, CorrectionStatus


def why_sku_stays(product: Product) -> str:
    """Why the SKU of a product can no longer change; "" where it was never received."""
    held = Supply.objects.filter(product=product).exists()
    return say("it has been in the warehouse, and papers and labels there name it") if held else ""


def why_no_kit(product: Product) -> str:
    """Why a product cannot become a kit; "" where nothing of it is in stock."""
    units = Supply.objects.filter(product=product).aggregate(sum=Sum("on_hand"))["sum"]
    return (
        say("{units} of it are in stock, and a kit has no stock of its own", units=units)
        if units
        else ""
    )


def what_is_in(warehouse: Warehouse, seller: Seller | None) -> list[str]:
    """What the books have of a seller, or of all, in a warehouse, in sentences; [] if nothing."""
    whose = {"seller": seller} if seller else {}
    mine = {"warehouse": warehouse} | whose
    units = Supply.objects.filter(**mine).aggregate(sum=Sum("on_hand"))["sum"] or 0
    coming = Inbound.objects.filter(**mine, status__in=INBOUND_OPEN).count()
    asked = Correction.objects.filter(
        location__warehouse=warehouse, status=CorrectionStatus.WAITING, **whose
    ).count()
    runs = 0 if seller else Run.objects.filter(warehouse=warehouse, status__in=RUN_OPEN).count()
    said = (
        (units, say_count(
            units, "{n} unit is in stock there: send it, or have it taken out of the books.",
            "{n} units are in stock there: send them, or have them taken out of the books.",
            n=grouped(units),
        )),
        (coming, say_count(
            coming, "{n} inbound to it is announced or being received.",
            "{n} inbounds to it are announced or being received.", n=coming,
        )),
        (asked, say_count(
            asked, "{n} correction of its stock waits for a lead: ask one to approve or refuse it.",
            "{n} corrections of its stock wait for a lead: ask one to approve or refuse them.",
            n=asked,
        )),
        (runs, say_count(
            runs, "{n} run from it is not finished.", "{n} runs from it are not finished.", n=runs
        )),
    )  # fmt: skip
    return [text for number, text in said if number]


def parts_in_words(product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """{product id: its parts} of those that are kits."""
    parts: dict[UUID, list[str]] = defaultdict(list)
    rows = KitPart.objects.filter(kit__in=list(product_ids)).select_related("part")
    for row in rows.order_by("part__sku"):
        parts[row.kit_id].append(str(row))
    return {kit_id: ", ".join(found) for kit_id, found in parts.items()}


def refuse_kits(product_ids: Iterable[UUID]) -> None:
    """Raise DomainError where one of these products is a kit: nothing of it lies anywhere.

    Locks the products, so that none becomes one before its units are in the books.
    """
    rows = Product.objects.filter(pk__in=list(product_ids)).order_by("pk")
    skus = dict(rows.select_for_update(no_key=True).values_list("pk", "sku"))
    for kit_id, parts in parts_in_words(skus).items():
        raise DomainError(
            say(
                "{skus} is a kit and has no stock of its own. Its parts have: {parts}.",
                skus=skus[kit_id],
                parts=parts,
            )
        )
