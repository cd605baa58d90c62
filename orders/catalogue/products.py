"""Add and change products: a SKU or barcode names one product of a seller, whoever scans it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from orders.errors import InvalidInput
from orders.events.recording import record
from orders.models import Barcode, Event, Product, Seller, User
from orders.statements import violated_constraint
from orders.values.problems import Problems
from orders.values.texts import one_line

LONGEST_CODE = 80  # of a SKU, and of a barcode
LONGEST_TITLE = 200
MOST_BARCODES = 100
MOST_GRAMS = 10_000_000
UNIQUE = {
    "a_sku_is_used_once": ("sku", "another product has this SKU"),
    "a_barcode_names_one_product": ("barcodes", "another product has one of these barcodes"),
}


@dataclass(frozen=True, slots=True)
class ProductData:
    """What is known of a product; all of it."""

    sku: str
    title: str
    barcodes: Collection[str] = ()
    weight_grams: int = 0
    is_active: bool = True


def add_product(seller: Seller, data: ProductData, *, actor: User | None) -> Product:
    """Add a product. Raises InvalidInput with the problems by field."""
    return _save(Product(seller_id=seller.pk), data, "added", actor)


def change_product(product: Product, data: ProductData, *, actor: User | None) -> Product:
    """Make a product what `data` says, with these barcodes and no others. Raises InvalidInput."""
    return _save(product, data, "changed", actor)


def _save(product: Product, data: ProductData, what: str, actor: User | None) -> Product:
    codes = list(dict.fromkeys(data.barcodes))
    _check(product, data, codes)
    product.sku, product.title = data.sku, data.title
    product.weight_grams, product.is_active = data.weight_grams, data.is_active
    try:
        with transaction.atomic():
            if what == "added":
                product.save(force_insert=True)
            else:
                product.save(update_fields=["sku", "title", "weight_grams", "is_active"])
            _keep_barcodes(product, codes)
            event = Event(seller_id=product.seller_id, kind=f"product.{what}", actor=actor)
            event.subject_id = product.pk
            record([event])
    except IntegrityError as error:
        if (found := UNIQUE.get(violated_constraint(error))) is None:
            raise
        raise InvalidInput([found]) from None
    return product


def _keep_barcodes(product: Product, codes: Sequence[str]) -> None:
    mine = Barcode.objects.filter(product=product)
    mine.exclude(code__in=codes).delete()
    known = set(mine.values_list("code", flat=True))
    Barcode.objects.bulk_create(
        Barcode(seller_id=product.seller_id, product=product, code=code)
        for code in codes
        if code not in known
    )


def _check(product: Product, data: ProductData, codes: Sequence[str]) -> None:
    """A code that a scanner reads as two products would be picked as the wrong one."""
    problems = Problems()
    for name, text, most in (
        ("sku", data.sku, LONGEST_CODE),
        ("title", data.title, LONGEST_TITLE),
        *((f"barcodes[{place}]", code, LONGEST_CODE) for place, code in enumerate(codes)),
    ):
        if not 0 < len(text) <= most or one_line(text) != text:
            problems.add(name, f"expected a line of 1 to {most} characters")
    if len(codes) > MOST_BARCODES:
        problems.add("barcodes", f"expected at most {MOST_BARCODES}")
    if not 0 <= data.weight_grams <= MOST_GRAMS:
        problems.add("weight_grams", f"expected 0 to {MOST_GRAMS}")
    problems.refuse()
    others = Product.objects.filter(seller=product.seller_id).exclude(pk=product.pk)
    for sku in others.filter(sku__in=codes).values_list("sku", flat=True):
        problems.add(f"barcodes[{codes.index(sku)}]", "is the SKU of another product")
    taken = Barcode.objects.filter(seller=product.seller_id, code=data.sku)
    if taken.exclude(product=product.pk).exists():
        problems.add("sku", "is a barcode of another product")
    problems.refuse()
