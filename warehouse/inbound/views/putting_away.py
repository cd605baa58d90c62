"""The put-away screen: a product from the dock, the place that is suggested, its scan."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.models import Product
from orders.values.ids import id_of
from orders.words import say
from warehouse.corrections.differences import lots_here, refuse_other_lot
from warehouse.inbound.forms import PutAwayForm, UndoForm
from warehouse.inbound.places import suggested_place
from warehouse.inbound.putting_away import (
    REASONS,
    Chosen,
    put_away,
    put_aways_that_stand,
    undo_put_away,
)
from warehouse.models import Location, Stock
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.lot_codes import lot_in
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    EVERYBODY,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)

LONGEST_LIST = 50


class Waiting(NamedTuple):
    """Units of a product that lie in a staging location and that nobody has claimed."""

    product: Product
    source: Location
    units: int


@role_required(*EVERYBODY)
@at_workplace
def to_put_away(request: FloorRequest) -> HttpResponse:
    """List what waits; a scan of a product chooses it, a scan of a place puts it there."""
    if request.method != "POST":
        chosen = _waiting(request, request.GET.get("product"), request.GET.get("source"))
        return _show(request, chosen)
    form = PutAwayForm(request.POST)
    outcome = apply(request, form, lambda sent: _step(request, sent))
    sent = form.cleaned_data
    if outcome.is_refused:
        chosen = _waiting(request, sent.get("product"), sent.get("source"))
        return _show(request, chosen, outcome, sent=sent)
    place = location_of(sent["code"], request)
    if place and place.is_staging:
        return _show(request, None, outcome, source=place)
    if place:  # the units are there now
        return done(request, outcome, "warehouse_put_away")
    try:
        return _show(request, _scanned(request, sent), outcome, sent={"code": sent["code"]})
    except WrongScan:  # a scan that was sent again after its units were put away
        return _show(request, None, outcome)


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def undo(request: FloorRequest) -> HttpResponse:
    """Undo the worker's last put-away."""
    outcome = apply(request, UndoForm(request.POST), lambda sent: _undo(request, sent["last"]))
    return _show(request, None, outcome)


def _step(request: FloorRequest, sent: Sent) -> str:
    waiting = _waiting(request, sent["product"], sent["source"])
    if waiting is None:
        place = location_of(sent["code"], request)
        if place and place.is_staging:
            return say("Location {place}", place=place)
        found = _scanned(request, sent)
        refuse_other_lot(found.product, found.source, lot_in(sent["code"]))
        return say(
            "{units} × {title} from {source}",
            units=found.units,
            title=found.product.title,
            source=found.source,
        )
    to = location_of(sent["code"], request)
    suggested = suggested_place(waiting.product, request.warehouse)
    if to is None or (suggested and to != suggested and not sent["reason"]):
        raise WrongScan(sent["code"], str(suggested or say("a bin or a shelf")))
    how = Chosen(sent["reason"] if to != suggested else "", sent["lot"])
    put_away(
        waiting.product,
        sent["quantity"],
        source=waiting.source,
        to=to,
        how=how,
        actor=request.user,
    )
    return say(
        "{quantity} × {title} put into {to}",
        quantity=sent["quantity"],
        title=waiting.product.title,
        to=to,
    )


def _undo(request: FloorRequest, move_id: UUID) -> str:
    last = put_aways_that_stand(request.user).first()
    if last is None or last.subject_id != move_id:
        raise DomainError(say("Only your last put-away can be undone."))
    product, units, source = undo_put_away(move_id, actor=request.user)
    return say(
        "Undone: {units} × {title} back to {source}",
        units=units,
        title=product.title,
        source=source,
    )


def _rows(request: FloorRequest) -> Any:
    """{product, location, free units} of what waits, by location and SKU."""
    rows = Stock.objects.visible_to(request.viewer).filter(
        location__warehouse=request.warehouse, location__is_staging=True, on_hand__gt=F("pinned")
    )
    sums = rows.values("product", "location").annotate(units=Sum(F("on_hand") - F("pinned")))
    return sums.order_by("location__code", "product__sku", "product")


def _waiting(request: FloorRequest, product: Any, source: Any) -> Waiting | None:
    """What was chosen before, or None; 404 for what is not of this warehouse."""
    if not product or not source:
        return None
    products = Product.objects.visible_to(request.viewer)
    products = products.filter(seller__houses__warehouse=request.warehouse)
    places = Location.objects.visible_to(request.viewer).filter(
        warehouse=request.warehouse, is_staging=True
    )
    found = get_object_or_404(products, pk=id_of(str(product)))
    place = get_object_or_404(places, pk=id_of(str(source)))
    row = _rows(request).filter(product=found, location=place).first()
    return Waiting(found, place, row["units"]) if row else None


def _scanned(request: FloorRequest, sent: Sent) -> Waiting:
    """What waits of the scanned product, in the first location. Raises WrongScan."""
    products = {product.pk: product for product in products_of(sent["code"], request)}
    row = _rows(request).filter(product__in=products).first() if products else None
    if row is None:
        raise WrongScan(sent["code"], say("a product that is to be put away"))
    place = Location.objects.visible_to(request.viewer).get(pk=row["location"])
    return Waiting(products[row["product"]], place, row["units"])


def _show(
    request: FloorRequest,
    chosen: Waiting | None,
    outcome: ScanResult | None = None,
    *,
    source: Location | None = None,
    sent: Sent | None = None,
) -> HttpResponse:
    sent = sent or {}
    context: dict[str, Any] = {"chosen": chosen}
    if chosen:
        scanned = location_of(sent.get("code", ""), request)
        context["suggested"] = suggested_place(chosen.product, request.warehouse)
        context["quantity"] = min(sent.get("quantity") or chosen.units, chosen.units)
        context["elsewhere"] = scanned if scanned != context["suggested"] else None
        context["reasons"] = REASONS.items()
        context["lots"] = lots_here(chosen.product, chosen.source)
        context["lot"] = sent.get("lot") or lot_in(sent.get("code", ""))
    else:
        rows = _rows(request)
        rows = list((rows.filter(location=source) if source else rows)[:LONGEST_LIST])
        context["rows"] = _named(request, rows)
        context["last"] = _last(request)
    return screen(request, "warehouse/put_away.html", context, outcome)


def _named(request: FloorRequest, rows: list[dict[str, Any]]) -> list[Waiting]:
    products = Product.objects.visible_to(request.viewer).in_bulk([row["product"] for row in rows])
    places = Location.objects.visible_to(request.viewer).in_bulk([row["location"] for row in rows])
    return [
        Waiting(products[row["product"]], places[row["location"]], row["units"]) for row in rows
    ]


def _last(request: FloorRequest) -> Any:
    own = put_aways_that_stand(request.user).filter(location__warehouse=request.warehouse)
    return own.select_related("product", "location").first()
