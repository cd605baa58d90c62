"""The screens of adjusting and moving units, and what waits for a second person."""

from typing import Any
from uuid import UUID

from django.db.models import CharField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.errors import DomainError, WrongScan
from orders.models import Product
from orders.words import say, say_later
from warehouse.corrections.correcting import Change, approve, correct, refuse
from warehouse.corrections.differences import lots_here, refuse_other_lot
from warehouse.corrections.forms import REASONS, AdjustForm, MoveForm, PlaceForm
from warehouse.models import Correction, Location, Stock
from warehouse.models.lots import WITHOUT_LOT
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.lot_codes import lot_in
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    EVERYBODY,
    PICKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)
from warehouse.states import CorrectionStatus
from warehouse.stock.lots import EXPIRES_ON, chosen_code

LONGEST_LIST = 50
WAITS = say_later("Not in the books yet: somebody else has to approve it.")


@role_required(*PICKERS)
@at_workplace
def adjust(request: FloorRequest) -> HttpResponse:
    """Find a location and a product by scans, and show what the books say."""
    if request.method != "POST":
        return _adjust(request)
    form = PlaceForm(request.POST)
    outcome = apply(request, form, lambda sent: _found(*_read(request, sent)))
    sent = form.cleaned_data
    found = _known(request, sent) if outcome.is_refused else _read(request, sent)
    return _adjust(request, *found, outcome=outcome, lot=_lot(sent))


@require_POST
@role_required(*PICKERS)
@at_workplace
def save_adjustment(request: FloorRequest) -> HttpResponse:
    """Adjust the books to what lies there, with a reason."""
    form = AdjustForm(request.POST)
    outcome = apply(request, form, lambda sent: _save(request, sent))
    if outcome.is_refused:
        sent = form.cleaned_data
        return _adjust(request, *_known(request, sent), outcome=outcome, lot=sent.get("lot", ""))
    return done(request, outcome, "warehouse_adjust")


@role_required(*EVERYBODY)
@at_workplace
def move(request: FloorRequest) -> HttpResponse:
    """Scan the location to take units from, the product, and the location where they go."""
    if request.method != "POST":
        return _move(request)
    form = MoveForm(request.POST)
    outcome = apply(request, form, lambda sent: _step(request, sent))
    sent = form.cleaned_data
    known = _known(request, sent)
    if outcome.is_refused:
        return _move(request, *known, outcome=outcome, sent=sent)
    if all(known):
        return done(request, outcome, "warehouse_move")
    return _move(request, *_read(request, sent), outcome=outcome, sent=sent)


@role_required(Role.LEAD)
@at_workplace
def corrections(request: FloorRequest) -> HttpResponse:
    """What waits for a second person, and what was corrected last."""
    return _list(request)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def decide(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Approve a correction, or refuse it."""
    correction = get_object_or_404(_corrections(request), pk=pk)
    is_refused = "refuse" in request.POST
    action = refuse if is_refused else approve

    def act(sent: Sent) -> str:
        action(correction, actor=request.user)
        return f"{say('Refused') if is_refused else say('Posted')}: {correction}"

    outcome = apply(request, FloorForm(request.POST), act)
    if outcome.is_refused:
        return _list(request, outcome)
    return done(request, outcome, "warehouse_corrections")


def _corrections(request: FloorRequest) -> "QuerySet[Correction]":
    rows = Correction.objects.visible_to(request.viewer)
    here = rows.filter(location__warehouse=request.warehouse)
    return here.select_related("product", "location", "to", "asked_by", "decided_by", "seller")


def _known(request: FloorRequest, sent: Sent) -> tuple[Location | None, Product | None]:
    """(location, product) scanned before, or None; 404 for those of another warehouse."""
    here = request.warehouse
    places = Location.objects.visible_to(request.viewer).filter(warehouse=here)
    products = Product.objects.visible_to(request.viewer).filter(seller__houses__warehouse=here)
    place, product = sent.get("location"), sent.get("product")
    return (
        get_object_or_404(places, pk=place) if place else None,
        get_object_or_404(products, pk=product) if product else None,
    )


def _read(request: FloorRequest, sent: Sent) -> tuple[Location, Product | None]:
    """(location, product) after this scan. Raises WrongScan."""
    place, _ = _known(request, sent)
    scanned = location_of(sent["code"], request)
    if scanned and scanned.kind != Location.Kind.TOTE:
        return scanned, None
    if place is None:
        raise WrongScan(sent["code"], say("a bin, a shelf or a dock"))
    return place, _product(request, place, sent["code"])


def _product(request: FloorRequest, place: Location, code: str) -> Product:
    """The product; of several sellers' the one that lies there."""
    products = products_of(code, request)
    if not products:
        raise WrongScan(code, say("a product in {place}", place=place))
    if len(products) > 1:
        here = Stock.objects.visible_to(request.viewer).filter(location=place, on_hand__gt=0)
        lying = set(here.filter(product__in=products).values_list("product", flat=True))
        products = [product for product in products if product.pk in lying]
    if len(products) != 1:
        raise DomainError(
            say("{code} is used by several sellers: scan another code of it.", code=code)
        )
    return products[0]


def _found(place: Location, product: Product | None) -> str:
    if product:
        return say("{title} in {place}", title=product.title, place=place)
    return say("Location {place}", place=place)


def _save(request: FloorRequest, sent: Sent) -> str:
    place, product = _known(request, sent)
    if place is None or product is None:
        raise DomainError(say("Scan the location and the product first."))
    shown, reason = sent["shown"], sent["reason"]
    units = sent["units"] - shown
    change = Change(product, place, units, reason, sent["note"], books=shown, lot=sent["lot"])
    return _said(correct(change, actor=request.user))


def _step(request: FloorRequest, sent: Sent) -> str:
    place, product = _known(request, sent)
    if place is None or product is None:
        place, product = _read(request, sent)
        if product:
            refuse_other_lot(product, place, lot_in(sent["code"]))
        return _found(place, product)
    to = location_of(sent["code"], request)
    if to is None:
        raise WrongScan(sent["code"], say("the location where the units go"))
    reason = sent["reason"] or Correction.Reason.PLACE
    note, lot = sent["note"], sent["lot"]
    change = Change(product, place, sent["quantity"], reason, note, to=to, lot=lot)
    return _said(correct(change, actor=request.user))


def _lot(sent: Sent) -> str:
    """The lot that was chosen, else that in the code."""
    return sent.get("lot") or lot_in(sent.get("code", ""))


def _said(correction: Correction) -> str:
    if correction.status == CorrectionStatus.WAITING:
        return f"{correction}. {WAITS}"
    return f"{say('Moved') if correction.to else say('Adjusted')}: {correction}"


def _books(request: FloorRequest, place: Location, product: Product) -> dict[str, int]:
    rows = Stock.objects.visible_to(request.viewer).filter(location=place, product=product)
    return rows.aggregate(on_hand=Sum("on_hand", default=0), pinned=Sum("pinned", default=0))


def _adjust(
    request: FloorRequest,
    place: Location | None = None,
    product: Product | None = None,
    *,
    outcome: ScanResult | None = None,
    lot: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {"place": place, "product": product, "reasons": REASONS}
    if place and product:
        lots = lots_here(product, place)
        is_said = bool(product.is_lot_tracked and lot)
        chosen = _chosen(request, place, product, lot) if is_said else None
        context |= {"lots": lots, "lot": chosen}
        context["books"] = books = chosen or _books(request, place, product)
        is_empty = not (chosen or books["on_hand"])
        context["asks_lot"] = product.is_lot_tracked and is_empty
    return screen(request, "warehouse/adjust.html", context, outcome)


def _chosen(request: FloorRequest, place: Location, product: Product, lot: str) -> Any:
    """What the books have there of a lot: also of one of which they have none there."""
    rows = Stock.objects.visible_to(request.viewer).filter(product=product, location=place)
    lying = rows.filter(on_hand__gt=0).annotate(expires_on=EXPIRES_ON)
    said = lot.casefold()
    found = next((row for row in lying if chosen_code(row.lot).casefold() == said), None)
    return found or (Stock(lot=lot) if said != WITHOUT_LOT else None)


def _move(
    request: FloorRequest,
    place: Location | None = None,
    product: Product | None = None,
    *,
    outcome: ScanResult | None = None,
    sent: Sent | None = None,
) -> HttpResponse:
    quantity = (sent or {}).get("quantity") or 1
    context: dict[str, Any] = {"place": place, "product": product, "quantity": quantity}
    context["reasons"] = Correction.Reason.choices
    if place and product:
        books = _books(request, place, product)
        context["free"] = books["on_hand"] - books["pinned"]
        context |= {"lots": lots_here(product, place), "lot": _lot(sent or {})}
    return screen(request, "warehouse/move.html", context, outcome)


def _list(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    rows = _corrections(request)
    same = {"product": OuterRef("product"), "location": OuterRef("location")}
    asked = ExpressionWrapper(OuterRef("lot"), output_field=CharField())
    lots = Stock.objects.visible_to(request.viewer).filter(**same).alias(asked=asked)
    # Of the lot that was chosen, else of all of them.
    lots = lots.filter(Q(asked="") | Q(lot=F("asked")) | Q(asked=WITHOUT_LOT, lot=""))
    now = lots.order_by().values("product").annotate(units=Sum("on_hand")).values("units")
    waiting = (
        rows.filter(status=CorrectionStatus.WAITING)
        .order_by("pk")
        .annotate(now=Coalesce(Subquery(now), 0), after=F("now") + F("units"))
    )
    ended = rows.exclude(status=CorrectionStatus.WAITING).order_by("-pk")
    context = {"waiting": waiting[:LONGEST_LIST], "ended": ended[:LONGEST_LIST]}
    return screen(request, "warehouse/corrections.html", context, outcome)
