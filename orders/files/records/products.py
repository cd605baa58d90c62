"""Files of products: added and changed by the same actions as on the API."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from orders.access import Role
from orders.catalogue.details import (
    LONGEST_CATEGORY,
    LONGEST_CODE,
    LONGEST_TITLE,
    MOST_BARCODES,
    READERS,
    ProductData,
)
from orders.catalogue.products import add_product, change_product
from orders.errors import InvalidInput
from orders.files.formats.cells import amount, count_of, yes_or_no
from orders.files.records.kinds import (
    Action,
    Cells,
    Column,
    Draft,
    Problem,
    Verdict,
    rejected,
    seller_of,
    skipped,
)
from orders.models import Barcode, Import, Product, User
from orders.values.texts import LINE, one_line
from orders.values.unfit import Unfit
from orders.words import say

BETWEEN_CODES = re.compile(r"[|;,\n]")
LONGEST_CODES = MOST_BARCODES * (LONGEST_CODE + 3)
SAME = "Known already, and the same"


def codes_of(text: str) -> list[str]:
    """The barcodes in a cell, with a bar, comma or semicolon between them."""
    found = list(dict.fromkeys(filter(None, map(one_line, BETWEEN_CODES.split(text)))))
    if len(found) > MOST_BARCODES:
        raise Unfit(say("expected at most {most} barcodes", most=MOST_BARCODES))
    return found


def _kept(name: str, text: str) -> Any:
    """What a cell means, as the product keeps it. Raises Unfit."""
    value = FIELDS[name].read(text)
    if name == "sku" and not value:
        raise Unfit(say("expected a SKU"))
    return READERS[name](value) if name in READERS else value


def _price(values: Mapping[str, Any], text: str) -> int:
    """A price in minor units of its currency, which stands in another cell. Raises Unfit."""
    if not values.get("price_currency"):
        raise Unfit(say("expected a price with its currency"))
    return amount(text, values["price_currency"])


class Field(NamedTuple):
    """A field of a product: its column, and how its cell is read."""

    column: Column
    read: Callable[[str], Any] = one_line


# A further field of `ProductData` is one line here.
FIELDS = {
    "sku": Field(
        Column(
            "SKU", ("variant sku", "product sku", "item sku", "artikelnummer", "reference"),
            LONGEST_CODE, is_needed=True, help="By which a product is known.",
        )
    ),
    "title": Field(
        Column(
            "Title",
            ("product title", "product name", "name", "item name", "description", "artikel",
             "bezeichnung", "titre", "designation"),
            LONGEST_TITLE,
        )
    ),
    "category": Field(
        Column(
            "Category", ("product category", "product type", "kategorie", "warengruppe",
            "categorie", "categoria"),
            LONGEST_CATEGORY, help="Your own word, which rules of the return policy may name.",
        )
    ),
    "barcodes": Field(
        Column(
            "Barcodes", ("barcode", "variant barcode", "ean", "gtin", "upc", "variant ean"),
            LONGEST_CODES, help="All of them, with | between. Others of the product are removed.",
        ),
        codes_of,
    ),
    "weight_grams": Field(
        Column(
            "Weight (g)", ("weight grams", "variant grams", "grams", "gewicht g"), 20,
        ),
        count_of,
    ),
    "length_mm": Field(Column("Length (mm)", ("length mm", "laenge mm"), 20), count_of),
    "width_mm": Field(Column("Width (mm)", ("width mm", "breite mm"), 20), count_of),
    "height_mm": Field(Column("Height (mm)", ("height mm", "hoehe mm"), 20), count_of),
    "hs_code": Field(Column("HS code", ("hs code", "harmonized system code", "hscode"), 20)),
    "origin_country": Field(
        Column(
            "Country of origin", ("origin country", "origin country code", "made in"), 2,
            help="Two letters, such as PT.",
        )
    ),
    "customs_description": Field(Column("Customs description", (), LINE)),
    "price": Field(
        Column(
            "Selling price", (), 40,
            help="What a customer pays for one, for exchanges; its currency has a column, too.",
        )
    ),
    "price_currency": Field(
        Column("Currency of the selling price", (), 3, help="Three letters, such as EUR.")
    ),
    "low_stock_level": Field(
        Column("Low-stock level", ("low stock level", "reorder point"), 20), count_of
    ),
    "is_lot_tracked": Field(Column("Has lots", ("lot tracked",), 10, help="Yes or no."), yes_or_no),
    "is_serial_tracked": Field(
        Column("Has serial numbers", ("serial tracked",), 10, help="Yes or no."), yes_or_no
    ),
    "least_days_left": Field(
        Column(
            "Fewest days left", ("least days left", "remaining shelf life"), 20,
            help="Before its lot expires it is no longer sent so many days.",
        ),
        count_of,
    ),
    "picker_note": Field(Column("Note for the picker", ("picker note",), LINE)),
    "is_active": Field(Column("Active", ("is active",), 10, help="Yes or no."), yes_or_no),
}  # fmt: skip
VARIANT = Column(
    "Variant", ("variant title", "option1 value"), LONGEST_TITLE, help="Is added to the title."
)


class Products:
    """A row for each product; an empty cell leaves a known product as it is."""

    code = "products"
    title = "Products"
    nouns = ("product", "products")
    explained = (
        "A product whose SKU is known is changed; an empty cell leaves it as it is. Products that "
        "are not in the file stay."
    )
    columns: dict[str, Column] = {name: field.column for name, field in FIELDS.items()} | {
        "variant": VARIANT
    }
    spans_rows = False
    has_channel = False
    has_dates = False
    is_of_seller = True
    roles = (Role.OWNER, Role.STAFF)

    def lacking(self, columns: Mapping[str, int], headings: Sequence[str]) -> list[str]:
        """What a choice of columns lacks."""
        if "sku" not in columns:
            return [say("Choose the column for “{column}”.", column="SKU")]
        if "price" in columns and "price_currency" not in columns:
            its_currency = str(FIELDS["price_currency"].column.label)
            return [say("Choose the column for “{column}”.", column=say(its_currency))]
        others = [name for name in columns if name not in ("sku", "variant")]
        return [] if others else [say("Choose one more column: there is nothing to write.")]

    def key_of(self, cells: Cells) -> str:
        return cells.line("sku")

    def check(self, job: Import, drafts: Sequence[Draft]) -> list[Verdict]:
        """Compare each with the product of its SKU."""
        given = [_read(job, draft) for draft in drafts]
        skus = [draft.key for draft in drafts]
        codes = {code for values, _ in given for code in values.get("barcodes", ())}
        books = _Books(job, skus, codes)
        return [
            rejected(*problems) if problems else books.compared(job, draft, values)
            for draft, (values, problems) in zip(drafts, given, strict=True)
        ]

    def write(
        self, job: Import, drafts: Sequence[Draft], before: Sequence[dict[str, Any]]
    ) -> list[Verdict]:
        """Add and change, each in a savepoint of its own: a refused one stops no other."""
        return [
            _written(job, draft, verdict)
            for draft, verdict in zip(drafts, self.check(job, drafts), strict=True)
        ]


def _written(job: Import, draft: Draft, verdict: Verdict) -> Verdict:
    if verdict.action not in (Action.CREATE, Action.UPDATE):
        return verdict
    try:
        with transaction.atomic():
            _write(job, verdict.value, actor=job.actor)
    except InvalidInput as refused:
        return rejected(*_told(job, draft, refused))
    return verdict


def _write(job: Import, values: dict[str, Any], *, actor: User | None) -> None:
    known = Product.objects.filter(seller=job.seller_id, sku=values["sku"]).first()
    if known is None:
        add_product(seller_of(job), ProductData(**values), actor=actor)
    else:
        change_product(known, ProductData(**values), actor=actor)


def _values_of(product: Product, codes: Sequence[str]) -> dict[str, Any]:
    """All that is known of a product, by the fields of a file."""
    columns = {name: getattr(product, name) for name in FIELDS if name != "barcodes"}
    return columns | {"barcodes": list(codes)}


def _read(job: Import, draft: Draft) -> tuple[dict[str, Any], list[Problem]]:
    """The fields that the row has something for."""
    problems: list[Problem] = []
    cells = Cells(job, draft.rows[0], problems)
    values = {
        name: cells.kept(name, partial(_kept, name), None)
        for name, field in FIELDS.items()
        if name != "price" and (cells.text(name) or name == "sku")
    }
    if cells.text("price"):
        values["price"] = cells.kept("price", partial(_price, values), None)
    variant = cells.line("variant")
    if values.get("title") and variant:
        values["title"] = f"{values['title']} ({variant})"
        if len(values["title"]) > LONGEST_TITLE:
            cells.refuse(
                "variant",
                say("expected at most {most} characters with the title", most=LONGEST_TITLE),
            )
    return values, list(dict.fromkeys(problems))


def _told(job: Import, draft: Draft, refused: InvalidInput) -> Iterator[Problem]:
    for path, text in refused.problems:
        name = path.partition("[")[0]
        place = job.columns.get(name)
        column = job.headings[place] if place is not None else ""
        found = draft.rows[0].at(place) if place is not None else ""
        yield Problem(draft.number, column, found, text)


class _Books:
    """The products, and whose the barcodes are, of one batch."""

    def __init__(self, job: Import, skus: Sequence[str], codes: set[str]) -> None:
        mine = Product.objects.filter(seller=job.seller_id)
        self.products = {product.sku: product for product in mine.filter(sku__in=skus)}
        self.codes: dict[Any, list[str]] = {product.pk: [] for product in self.products.values()}
        rows = Barcode.objects.filter(seller=job.seller_id)
        # A file knows the codes on one unit; those of cases stay.
        single = rows.filter(product__in=self.codes, units=1)
        for product_id, code in single.values_list("product", "code"):
            self.codes[product_id].append(code)
        taken = rows.filter(code__in=codes | set(skus)).values_list("code", "product__sku")
        self.owners = dict(taken)
        self.owners |= {
            sku: sku for sku in mine.filter(sku__in=codes).values_list("sku", flat=True)
        }

    def compared(self, job: Import, draft: Draft, values: dict[str, Any]) -> Verdict:
        sku = values["sku"]
        cells = Cells(job, draft.rows[0], [])
        for code in [sku, *values.get("barcodes", ())]:
            if self.owners.get(code, sku) != sku:
                name = "sku" if code == sku else "barcodes"
                cells.refuse(
                    name,
                    say(
                        "expected a code that is not of product {product}",
                        product=self.owners[code],
                    ),
                )
        known = self.products.get(sku)
        if known is None and not values.get("title"):
            cells.refuse("title", say("expected a title: the SKU is new"))
        if cells.problems:
            return rejected(*cells.problems)
        if known is None:
            return Verdict(Action.CREATE, value=values)
        now = _values_of(known, self.codes[known.pk])
        is_same = all(
            sorted(now[name]) == sorted(value) if name == "barcodes" else now[name] == value
            for name, value in values.items()
        )
        return skipped(SAME) if is_same else Verdict(Action.UPDATE, value=values)
