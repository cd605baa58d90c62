"""Goods come in: scan where they go and what they are, in either order."""

from datetime import timedelta
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from orders.access import role_required
from orders.errors import WrongScan
from orders.models import Product
from warehouse.models import Location, StockMovement
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.screens import EVERYBODY, apply, at_workplace, screen
from warehouse.stock.forms import ReceiveForm
from warehouse.stock.receiving import receive_stock

LAST_RECEIPTS = 4
RECENT = timedelta(hours=12)


@role_required(*EVERYBODY)
@at_workplace
def receive(request):
    """Keep the location from scan to scan; each product scanned is booked into it at once."""
    if request.method != "POST":
        form = ReceiveForm(request.GET)
        form.is_valid()  # an address may name a place or a product; a scan is not part of it
        return _receive(request, *_known(request, form.cleaned_data))
    form = ReceiveForm(request.POST)
    outcome = apply(request, form, lambda sent: _book(request, sent))
    if outcome.is_refused:
        known = _known(request, form.cleaned_data)
        quantity = form.cleaned_data.get("quantity", 1)
        return _receive(request, *known, outcome=outcome, quantity=quantity)
    sent = form.cleaned_data
    place, products = _read(request, sent)
    if len(products) > 1:
        return _receive(request, place, choices=products, sent=sent, quantity=sent["quantity"])
    product = products[0] if products and not place else None
    quantity = 1 if place else sent["quantity"]
    return _receive(request, place, product, outcome=outcome, quantity=quantity)


def _book(request, sent):
    """Book when place and product are known; returns what to say."""
    place, products = _read(request, sent)
    if len(products) > 1:
        return f"{sent['code']} is used by several sellers."
    if not products:
        return f"Location {place}"
    product = products[0]
    if not place:
        return product.title
    receive_stock(location=place, product=product, quantity=sent["quantity"], actor=request.user)
    return f"Received {sent['quantity']} × {product.title} into {place}"


def _read(request, sent):
    """(place, products it may be) after this scan. Raises WrongScan."""
    place, product = _known(request, sent)
    scanned = location_of(sent["code"], request)
    if scanned and scanned.kind != Location.Kind.TOTE:
        return scanned, [product] if product else []
    products = products_of(sent["code"], request)
    if scanned or not products:
        expected = "a product" if place else "a bin, a shelf, a dock or a product"
        raise WrongScan(sent["code"], expected)
    return place, [product] if product in products else products


def _known(request, sent):
    """(place, product) scanned before, or None; another warehouse's is not found."""
    here = request.warehouse
    places = Location.objects.visible_to(request.viewer).filter(warehouse=here)
    products = Product.objects.visible_to(request.viewer).filter(seller__warehouse=here)
    return tuple(
        get_object_or_404(rows, pk=sent[name]) if sent.get(name) else None
        for name, rows in (("location", places), ("product", products))
    )


def _receive(request, place, product=None, *, outcome=None, **context):
    known = {"place": place, "product": product, "quantity": 1, "receipts": _receipts(request)}
    return screen(request, "warehouse/receive.html", known | context, outcome)


def _receipts(request):
    """What this worker received last, newest first."""
    moment = timezone.now() - RECENT
    first_id = UUID(int=int(moment.timestamp() * 1000) << 80)  # ids sort by time
    rows = StockMovement.objects.visible_to(request.viewer).filter(
        pk__gte=first_id,
        actor=request.user,
        location__warehouse=request.warehouse,
        reason=StockMovement.Reason.RECEIVED,
    )
    return rows.select_related("product", "location").order_by("-pk")[:LAST_RECEIPTS]
