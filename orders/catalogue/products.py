"""Add and change products: a SKU or barcode names one product of a seller, whoever scans it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from orders.catalogue.details import Case, Part, ProductData, checked, checked_codes, path_of
from orders.catalogue.history import codes_of, in_words, keep, refuse_outdated
from orders.catalogue.parts import (
    WAITS_FOR_ALLOCATION,
    Units,
    checked_parts,
    keep_parts,
    lock_parts,
    parts_of,
)
from orders.errors import InvalidInput
from orders.models import Barcode, KitPart, OrderLine, Product, Seller, User
from orders.statements import violated_constraint
from orders.values.problems import Problems
from orders.words import say, say_later

UNIQUE = {
    "a_sku_is_used_once": ("sku", say_later("another product has this SKU")),
    "a_barcode_names_one_product": (
        "barcodes",
        say_later("another product has one of these barcodes"),
    ),
}


def add_product(
    seller: Seller, data: ProductData, *, actor: User | None, reason: str = ""
) -> Product:
    """Add a product. Raises InvalidInput with the problems by field."""
    product = Product(seller_id=seller.pk)

    def add() -> Product:
        if data.parts:
            lock_parts(product, data)
        return _write(product, data, {}, actor=actor, reason=reason)

    return _once(add)


def change_product(
    product: Product, data: ProductData, *, actor: User | None, reason: str = "", seen: str = ""
) -> Product:
    """Write what `data` gives, and leave the rest. `seen`: the fingerprint of the page, if any.

    Raises InvalidInput with the problems by field, or Outdated.
    """

    def change() -> Product:
        if data.parts:
            lock_parts(product, data)
        row, known = _locked(product)
        refuse_outdated(row, known, seen)
        return _write(row, data, known, actor=actor, reason=reason)

    return _once(change)


def add_barcode(product: Product, code: str, *, units: int = 1, actor: User | None) -> Product:
    """Add a barcode, of a case where it counts many units. Raises InvalidInput: code or units."""

    def add() -> Product:
        row, known = _locked(product)
        if code in known:
            raise InvalidInput([("code", say("is a barcode of {product} already", product=row))])
        data = ProductData(
            barcodes=[*_on_units(known), *([code] if units == 1 else [])],
            cases=[*_on_cases(known), *([Case(code, units)] if units != 1 else [])],
        )
        return _write(row, data, known, actor=actor, reason="")

    return _once_at(add, "code")


def remove_barcode(barcode: Barcode, *, actor: User | None) -> Product:
    """Remove a barcode from its product; scanners no longer know it."""

    def remove() -> Product:
        row, known = _locked(barcode.product)
        left = {code: units for code, units in known.items() if code != barcode.code}
        data = ProductData(barcodes=_on_units(left), cases=_on_cases(left))
        return _write(row, data, known, actor=actor, reason="")

    return _once(remove)


def add_part(kit: Product, sku: str, units: int, *, actor: User | None) -> Product:
    """Make a product a part of a kit. Raises InvalidInput: sku or units."""
    new = Part(sku, units)

    def add() -> Product:
        lock_parts(kit, ProductData(parts=[new]))
        row, known = _locked(kit)
        parts = [Part(one.part.sku, one.units) for one in parts_of(row)]
        if sku in [part.sku for part in parts]:
            raise InvalidInput([("sku", say("is a part already: remove it first"))])
        return _write(row, ProductData(parts=[*parts, new]), known, actor=actor, reason="")

    return _once_at(add, "sku")


def remove_part(part: KitPart, *, actor: User | None) -> Product:
    """Take a part out of its kit; without any it is a product like others."""

    def remove() -> Product:
        row, known = _locked(part.kit)
        left = [Part(one.part.sku, one.units) for one in parts_of(row) if one.pk != part.pk]
        return _write(row, ProductData(parts=left), known, actor=actor, reason="")

    return _once(remove)


def why_sku_stays(product: Product) -> str:
    """Why the SKU of a product can no longer change; "" where it can."""
    lines = OrderLine.objects.filter(seller=product.seller_id, product=product)
    # Each has an index. A line that calls it otherwise waits for units, or was sent from stock.
    named = Q(sku=product.sku), Q(backordered__gt=0), WAITS_FOR_ALLOCATION
    if any(lines.filter(way).exists() for way in named):
        return say("orders name it")
    for path in settings.SKU_HOLDERS:
        if why := import_string(path)(product):
            return str(why)
    return ""


def _locked(product: Product) -> tuple[Product, dict[str, int]]:
    """A product under its lock, and {barcode: units}."""
    row = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    return row, codes_of(row)


def _on_units(codes: Mapping[str, int]) -> list[str]:
    return [code for code, units in codes.items() if units == 1]


def _on_cases(codes: Mapping[str, int]) -> list[Case]:
    return [Case(code, units) for code, units in codes.items() if units > 1]


def _once(write: Callable[[], Product]) -> Product:
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as error:
        if (found := UNIQUE.get(violated_constraint(error))) is None:
            raise
        field, why = found
        raise InvalidInput([(field, str(why))]) from None


def _once_at(write: Callable[[], Product], name: str) -> Product:
    """Write what a small form gave, with the field `name` and units: problems are told at these."""
    try:
        return _once(write)
    except InvalidInput as error:
        named = [("units" if path.endswith("units") else name, why) for path, why in error.problems]
        raise InvalidInput(named) from None


def _write(
    product: Product,
    data: ProductData,
    known: Mapping[str, int],
    *,
    actor: User | None,
    reason: str,
) -> Product:
    is_new = product._state.adding
    fields, codes, parts = _checked(product, data, known)
    texts = dict(_differences(product, fields, known, codes, is_new=is_new))
    for name, value in fields.items():
        setattr(product, name, value)
    if is_new:
        product.save(force_insert=True)
    elif fields:
        product.save(update_fields=list(fields))
    _keep_barcodes(product, known, codes)
    if parts is not None:
        texts |= _kept_parts(product, parts)
    keep(product, "added" if is_new else "changed", texts, actor=actor, reason=reason)
    return product


def _kept_parts(product: Product, units: Units) -> dict[str, tuple[str, str]]:
    """Write the parts; what the history says of them."""
    before = parts_of(product)
    keep_parts(product, before, units)
    after = parts_of(product)
    texts = in_words(before), in_words(after)
    return {"parts": texts} if texts[0] != texts[1] else {}


def _differences(
    product: Product,
    fields: Mapping[str, Any],
    known: Mapping[str, int],
    codes: Mapping[str, int],
    *,
    is_new: bool,
) -> Iterator[tuple[str, tuple[str, str]]]:
    """What the history says: of a new product only its SKU, for all of it is new."""
    if is_new:
        yield "sku", ("", fields["sku"])
        return
    for name, value in fields.items():
        if (before := getattr(product, name)) != value:
            yield name, (in_words(before), in_words(value))
    if codes != known:
        yield "barcodes", (in_words(known), in_words(codes))


def _keep_barcodes(product: Product, known: Mapping[str, int], codes: Mapping[str, int]) -> None:
    mine = Barcode.objects.filter(product=product)
    if gone := [code for code, units in known.items() if codes.get(code) != units]:
        mine.filter(code__in=gone).delete()
    Barcode.objects.bulk_create(
        Barcode(seller_id=product.seller_id, product=product, code=code, units=units)
        for code, units in codes.items()
        if known.get(code) != units
    )


def _checked(
    product: Product, data: ProductData, known: Mapping[str, int]
) -> tuple[dict[str, Any], dict[str, int], Units | None]:
    """(columns to write, {barcode: units}, {part: units} where given). Raises InvalidInput."""
    problems = Problems()
    fields = checked(data, problems)
    codes = checked_codes(data, known, problems)
    for name in ("sku", "title"):
        if product._state.adding and getattr(data, name) is None:
            problems.add(name, say("is required"))
    for amount, its_currency in (
        ("customs_value", "customs_currency"),
        ("price", "price_currency"),
    ):
        given = fields.get(amount, getattr(product, amount))
        if given and not fields.get(its_currency, getattr(product, its_currency)):
            problems.add(its_currency, say("is required with a value"))
    problems.refuse()
    sku = fields.get("sku", product.sku)
    _refuse_fixed_sku(product, sku, problems)
    _refuse_ambiguous(product, sku, codes, data, problems)
    parts = checked_parts(product, data, codes, problems)
    problems.refuse()
    return fields, codes, parts


def _refuse_fixed_sku(product: Product, sku: str, problems: Problems) -> None:
    if product._state.adding or sku == product.sku:
        return
    if why := why_sku_stays(product):
        problems.add("sku", say("can no longer change: {why}", why=why))


def _refuse_ambiguous(
    product: Product,
    sku: str,
    codes: Mapping[str, int],
    data: ProductData,
    problems: Problems,
) -> None:
    """A code that a scanner reads as two products would be picked as the wrong one."""
    others = Product.objects.filter(seller=product.seller_id).exclude(pk=product.pk)
    for other in others.filter(sku__in=codes):
        problems.add(
            path_of(other.sku, data), say("is the SKU of {product}", product=_named(other))
        )
    taken = Barcode.objects.filter(seller=product.seller_id).exclude(product=product.pk)
    for row in taken.filter(code__in=[sku, *codes]).select_related("product"):
        path = "sku" if row.code == sku else path_of(row.code, data)
        problems.add(path, say("is a barcode of {product}", product=_named(row.product)))
    if sku_of := others.filter(sku=sku).first():
        problems.add("sku", say("is the SKU of {product}", product=_named(sku_of)))
    for code, units in codes.items():
        if units > 1 and code.casefold() == sku.casefold():
            problems.add(path_of(code, data), say("is the SKU, which counts one unit"))


def _named(product: Product) -> str:
    return f"{product}" if product.is_active else say("{product} (archived)", product=product)
