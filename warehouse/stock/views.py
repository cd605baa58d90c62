"""The receiving screen: scan a location and a product, in either order; undo the last receipt."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.models import Product
from orders.values.counts import MOST_ENTERED
from orders.words import say
from warehouse.models import Location, StockMovement
from warehouse.scanning.articles import as_read
from warehouse.scanning.cases import units_of, units_scanned
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import EVERYBODY, FloorRequest, Sent, apply, at_workplace, screen
from warehouse.stock.forms import ReceiveForm, UndoReceiptForm
from warehouse.stock.limits import ask_back, limits_of
from warehouse.stock.lot_fields import given_lot, lot_fields
from warehouse.stock.receiving import receive_stock, recent_receipts, undo_receipt

LAST_RECEIPTS = 4


@role_required(*EVERYBODY)
@at_workplace
def receive(request: FloorRequest) -> HttpResponse:
    """Keep the location from scan to scan; receive each scanned product into it at once."""
    if request.method != "POST":
        form = ReceiveForm(request.GET)
        form.is_valid()  # fills cleaned_data; the form requires a scan, which only a POST has
        known, counted = _known(request, form.cleaned_data), form.cleaned_data.get("counted")
        return _receive(request, *known, counted=counted or 1)
    form = ReceiveForm(request.POST)
    outcome = apply(request, form, lambda sent: _book(request, sent))
    if outcome.is_refused:
        known, sent = _known(request, form.cleaned_data), form.cleaned_data
        shown: dict[str, Any] = {name: sent.get(name) for name in ("quantity", "counted")}
        asked = _asked_back(request, sent) if form.is_valid() else None
        lots = lot_fields(_one_product(request, sent), sent) if form.is_valid() else None
        shown |= {"asked": asked, "lots": lots, "sent": sent}
        return _receive(request, *known, outcome=outcome, **shown)
    sent = form.cleaned_data
    place, products = _read(request, sent)
    entered = sent["quantity"]
    if len(products) > 1:
        return _receive(request, place, choices=products, sent=sent, quantity=entered)
    product = products[0] if products and not place else None
    # The number stays until goods were received with it, or another product was scanned.
    is_over = products and (place or sent["product"] not in (None, products[0].pk))
    counted = _counted(sent, product) if product else None
    quantity = None if is_over else entered
    lots = lot_fields(products[0], sent) if products else None
    kept: dict[str, Any] = {"quantity": quantity, "counted": counted, "lots": lots}
    return _receive(request, place, product, outcome=outcome, **kept)


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def undo(request: FloorRequest) -> HttpResponse:
    """Undo the worker's last receipt; its location stays for the next scan."""
    form = UndoReceiptForm(request.POST)
    last = _receipts(request).first()
    outcome = apply(request, form, lambda sent: _undo(request, last, sent["receipt"]))
    if outcome.is_refused or not last:
        return _receive(request, None, outcome=outcome)
    return _receive(request, last.location, outcome=outcome)


def _undo(request: FloorRequest, last: StockMovement | None, receipt: UUID) -> str:
    if last is None or last.pk != receipt:
        raise DomainError(say("Only your last receipt can be undone."))
    undo_receipt(last, actor=request.user)
    return say(
        "Undone: {quantity} × {title} into {location}",
        quantity=last.quantity,
        title=last.product.title,
        location=last.location,
    )


def _book(request: FloorRequest, sent: Sent) -> str:
    """Receive the units when place and product are known; returns the text for the worker."""
    place, products = _read(request, sent)
    if len(products) > 1:
        return say("{code} is used by several sellers.", code=sent["code"])
    if not products:
        return say("Location {place}", place=place)
    product = products[0]
    if not place:
        case = units_of(sent["code"], product.seller_id)
        return _scanned(product, case, _counted(sent, product))
    units = _units(request, sent, product)
    ask_back(units, product.title, sure=sent["sure"], warehouse=request.warehouse)
    given = given_lot(product, sent)
    receive_stock(
        location=place,
        product=product,
        quantity=units,
        lot=given,
        actor=request.user,
    )
    said = say(
        "Received {units} × {title} into {place}", units=units, title=product.title, place=place
    )
    return f"{said}{given.words}"


def _units(request: FloorRequest, sent: Sent, product: Product) -> int:
    code, entered = sent["code"], sent["quantity"]
    if location_of(code, request):  # the units of the scans before it, unless a number was entered
        return entered or sent["counted"] or 1
    case = units_of(code, product.seller_id)
    return units_scanned(code, case, entered or 1, is_entered=entered is not None)


def _asked_back(request: FloorRequest, sent: Sent) -> int | None:
    """The units of a refused scan, where they are more than a scan may book unasked."""
    try:
        place, products = _read(request, sent)
        units = _units(request, sent, products[0]) if place and len(products) == 1 else 0
    except DomainError:
        return None
    is_asked = units > limits_of(request.warehouse).asks_above and sent["sure"] != units
    return units if is_asked else None


def _one_product(request: FloorRequest, sent: Sent) -> Product | None:
    """The product of a refused scan, where that is one."""
    try:
        _, products = _read(request, sent)
    except DomainError:
        return None
    return products[0] if len(products) == 1 else None


def _scanned(product: Product, case: int, counted: int) -> str:
    words = (
        say("{title}, case of {case}", title=product.title, case=case)
        if case > 1
        else product.title
    )
    return (
        say("{words}: {counted} units", words=words, counted=counted) if counted != case else words
    )


def _counted(sent: Sent, product: Product) -> int:
    """The units of this scan and of those of the same product before it."""
    before = (sent["counted"] or 0) if sent["product"] == product.pk else 0
    return min(before + units_of(sent["code"], product.seller_id), MOST_ENTERED)


def _read(request: FloorRequest, sent: Sent) -> tuple[Location | None, list[Product]]:
    """(place, matching products) after this scan. Raises WrongScan."""
    place, product = _known(request, sent)
    scanned = location_of(sent["code"], request)
    if scanned and scanned.kind != Location.Kind.TOTE:
        return scanned, [product] if product else []
    products = products_of(sent["code"], request)
    if scanned or not products:
        expected = say("a product") if place else say("a bin, a shelf, a dock or a product")
        raise WrongScan(as_read(sent["code"]), expected)
    return place, [product] if product in products else products


def _known(request: FloorRequest, sent: Sent) -> tuple[Location | None, Product | None]:
    """(place, product) scanned before, or None; 404 for those of another warehouse."""
    here = request.warehouse
    places = Location.objects.visible_to(request.viewer).filter(warehouse=here)
    products = Product.objects.visible_to(request.viewer).filter(seller__houses__warehouse=here)
    place, product = sent.get("location"), sent.get("product")
    return (
        get_object_or_404(places, pk=place) if place else None,
        get_object_or_404(products, pk=product) if product else None,
    )


def _receive(
    request: FloorRequest,
    place: Location | None,
    product: Product | None = None,
    *,
    outcome: ScanResult | None = None,
    **context: Any,
) -> HttpResponse:
    known = {
        "place": place,
        "product": product,
        "quantity": None,  # an empty field: a scan counts what it is on
        "receipts": _receipts(request)[:LAST_RECEIPTS],
    }
    return screen(request, "warehouse/receive.html", known | context, outcome)


def _receipts(request: FloorRequest) -> QuerySet[StockMovement]:
    """The last receipts of this worker, newest first."""
    own = recent_receipts(request.user)
    rows = StockMovement.objects.visible_to(request.viewer).filter(
        pk__in=own.order_by().values("pk"), location__warehouse=request.warehouse
    )
    return rows.select_related("product", "location").order_by("-pk")
