"""Files of stock counts: how many units of a product lie at a location."""

from collections.abc import Mapping, Sequence
from typing import Any

from orders.access import Role
from orders.files.formats.cells import count_of
from orders.files.records.kinds import (
    Action,
    Cells,
    Column,
    Draft,
    Problem,
    Verdict,
    rejected,
    skipped,
    warehouse_of,
)
from orders.models import Import, Product, SellerWarehouse
from orders.values.counts import MOST_UNITS, whole
from orders.values.unfit import Unfit
from orders.words import say
from warehouse.models import Location, Lot, Stock
from warehouse.stock.counting import Counted, write_counts
from warehouse.stock.holdings import parts_in_words

SAME = "The books say the same"
COUNT_AGAIN = "Count again, and upload the new number."
COLUMNS = {
    "sku": Column(
        "SKU", ("product sku", "variant sku", "product", "artikelnummer"), 80, is_needed=True
    ),
    "location": Column(
        "Location", ("bin", "place", "location code", "shelf", "lagerplatz", "emplacement"), 40,
        is_needed=True, help="Its code in the warehouse.",
    ),
    "warehouse": Column(
        "Warehouse", ("warehouse code", "building", "lager", "entrepôt"), 12,
        help="Its code, where you have several; empty: the usual one.",
    ),
    "lot": Column("Lot", ("batch", "lot number", "charge"), 40, help="Empty where it has none."),
    "counted": Column(
        "Counted",
        ("on hand", "quantity", "counted quantity", "qty", "stock", "units", "menge", "bestand"),
        20, is_needed=True, help="All units that lie there, promised ones too.",
    ),
}  # fmt: skip


class StockCounts:
    """A row for each product, location and lot; what is not in the file stays as it is."""

    code = "stock"
    title = "Stock counts"
    nouns = ("stock count", "stock counts")
    explained = (
        "The books take the counted number; the difference is written into the ledger as an "
        "adjustment. Places that are not in the file stay as they are."
    )
    columns = COLUMNS
    spans_rows = False
    has_channel = False
    has_dates = False
    is_of_seller = True
    roles = (Role.OWNER,)

    def lacking(self, columns: Mapping[str, int], headings: Sequence[str]) -> list[str]:
        """What a choice of columns lacks."""
        return [
            say("Choose the column for “{column}”.", column=say(column.label))
            for name, column in COLUMNS.items()
            if column.is_needed and name not in columns
        ]

    def key_of(self, cells: Cells) -> str:
        parts = [cells.line(name) for name in ("sku", "warehouse", "location", "lot")]
        return " | ".join(parts) if any(parts) else ""

    def check(self, job: Import, drafts: Sequence[Draft]) -> list[Verdict]:
        """Compare each count with the books."""
        books = _Books(job, drafts)
        return [books.judged(job, draft) for draft in drafts]

    def write(
        self, job: Import, drafts: Sequence[Draft], before: Sequence[dict[str, Any]]
    ) -> list[Verdict]:
        """Adjust what still is as the check had seen it."""
        verdicts = self.check(job, drafts)
        due = []
        for verdict, seen, draft in zip(verdicts, before, drafts, strict=True):
            if verdict.value is not None:
                product, location, lot, units = verdict.value
                expected = seen.get("on_hand", 0)
                due.append((verdict, draft, Counted(product, location, lot, units, expected)))
        refusals = write_counts([count for _, _, count in due], actor=job.actor)
        for (verdict, draft, _), refusal in zip(due, refusals, strict=True):
            if refusal:
                cells = Cells(job, draft.rows[0], verdict.problems)
                cells.refuse("counted", refusal, COUNT_AGAIN)
                verdict.action = Action.REJECT
        return verdicts


class _Books:
    """The products, locations and units of one batch."""

    def __init__(self, job: Import, drafts: Sequence[Draft]) -> None:
        rows = [Cells(job, draft.rows[0], []) for draft in drafts]
        skus = {cells.line("sku") for cells in rows}
        codes = {cells.line("location") for cells in rows}
        mine = Product.objects.filter(seller=job.seller_id, sku__in=skus)
        usual = warehouse_of(job)
        # By the codes that may stand in the file; nothing does for the usual one.
        served = SellerWarehouse.objects.filter(seller=job.seller_id, removed_at__isnull=True)
        names = {usual.pk: [""]}
        for pk, code in served.values_list("warehouse", "warehouse__code"):
            names.setdefault(pk, []).append(code.casefold())
        self.warehouses = {name for group in names.values() for name in group}
        here = Location.objects.filter(warehouse__in=names, code__in=codes)
        self.products = {product.sku: product for product in mine}
        self.kits = parts_in_words(product.pk for product in self.products.values())
        self.locations = {
            (name, location.code): location
            for location in here
            for name in names[location.warehouse_id]
        }
        lying = Stock.objects.filter(product__in=mine, location__in=here)
        # As the books spell it: in other letters it is no other lot, which a recall would miss.
        known = Lot.objects.filter(product__in=mine).values_list("product", "code")
        self.lots = {(product, code.casefold()): code for product, code in known}
        self.on_hand = {(row.product_id, row.location_id, row.lot): row.on_hand for row in lying}

    def judged(self, job: Import, draft: Draft) -> Verdict:
        problems: list[Problem] = []
        cells = Cells(job, draft.rows[0], problems)
        sku, code, lot = (cells.line(name) for name in ("sku", "location", "lot"))
        units = cells.kept("counted", _units, 0)
        product = self.products.get(sku)
        if product is None:
            cells.refuse("sku", say("expected the SKU of a product of yours"))
        elif parts := self.kits.get(product.pk):
            cells.refuse(
                "sku", say("expected a product with stock: this is a kit of {parts}", parts=parts)
            )
        location = self._located(cells, code)
        if location and location.kind == Location.Kind.TOTE:
            cells.refuse("location", say("expected a bin, a shelf or a dock: this is a tote"))
        if problems or product is None or location is None:
            return rejected(*problems)
        lot = self.lots.get((product.pk, lot.casefold()), lot)
        on_hand = self.on_hand.get((product.pk, location.pk, lot), 0)
        if product.is_lot_tracked and units and not (lot or on_hand):
            cells.refuse("lot", say("expected the lot that is counted: this product has lots"))
            return rejected(*problems)
        seen = {"on_hand": on_hand, "counted": units}
        if on_hand == units:
            return skipped(SAME)
        value = (product, location, lot, units)
        return Verdict(Action.UPDATE, value=value, seen=seen)

    def _located(self, cells: Cells, code: str) -> Location | None:
        house = cells.line("warehouse").casefold()
        location = self.locations.get((house, code))
        if house not in self.warehouses:
            cells.refuse("warehouse", say("expected the code of a warehouse of yours"))
        elif location is None:
            cells.refuse("location", say("expected the code of a location of your warehouse"))
        return location


def _units(text: str) -> int:
    if not text:
        raise Unfit(say("expected how many lie there"))
    return whole(count_of(text), least=0, most=MOST_UNITS)
