"""The screens of announced goods: the list, one inbound, its damaged units, and its closing."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.catalogue.pictures import MOST_BYTES
from orders.errors import DomainError, InvalidInput, WrongScan
from orders.models import Product
from orders.values.ids import id_of
from orders.words import predicate, say, state
from warehouse.inbound.forms import CloseForm, DamageForm, InboundScanForm, UndoForm
from warehouse.inbound.receiving import (
    close_inbound,
    receive_units,
    report_damage,
    sums_of,
    withdraw_damage,
)
from warehouse.models import Inbound, InboundDamage, InboundLine, Location, StockMovement
from warehouse.scanning.articles import as_read
from warehouse.scanning.base_forms import ScanForm
from warehouse.scanning.cases import units_of, units_scanned
from warehouse.scanning.codes import inbounds_of, location_of, products_of
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
from warehouse.states import INBOUND_OPEN, InboundStatus
from warehouse.stock.limits import ask_back, limits_of
from warehouse.stock.lot_fields import given_lot, lot_fields
from warehouse.stock.receiving import recent_receipts, undo_receipt

LONGEST_LIST = 50
BAD_PHOTO = f"Not saved: a photo is a PNG, JPEG or WebP picture of at most {MOST_BYTES >> 20} MB."


@role_required(*EVERYBODY)
@at_workplace
def inbounds(request: FloorRequest) -> HttpResponse:
    """List announced goods; a scan of a number or reference opens one."""
    if request.method != "POST":
        return _list(request)
    form = ScanForm(request.POST)
    outcome = apply(
        request,
        form,
        lambda sent: say("Inbound {expected}", expected=_expected(request, sent["code"])[0]),
    )
    if outcome.is_refused:
        return _list(request, outcome)
    found = _expected(request, form.cleaned_data["code"])
    if len(found) == 1:
        return redirect("warehouse_inbound", found[0].pk)
    return _list(request, outcome, only=found)  # a reference of two sellers


@role_required(*EVERYBODY)
@at_workplace
def inbound(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Receive: every scan of a product posts its units to the location, the dock unless another
    one was scanned."""
    row = get_object_or_404(_inbounds(request), pk=pk)
    if request.method != "POST":
        return _show(request, row)
    form = InboundScanForm(request.POST)
    scanned: list[Product] = []
    outcome = apply(request, form, lambda sent: _scan(request, row, sent, scanned))
    sent = form.cleaned_data
    if outcome.is_refused:
        asked = _asked_back(request, row, sent) if form.is_valid() else None
        lots = lot_fields(scanned[0], sent) if scanned else None
        return _show(request, row, outcome, sent=sent, asked=asked, lots=lots)
    place = location_of(sent["code"], request) or _place(request, sent)
    lots = lot_fields(scanned[0], sent) if scanned else None
    return _show(request, row, outcome, place=place, lots=lots)


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def undo(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Undo the worker's last receipt of this inbound."""
    row = get_object_or_404(_inbounds(request), pk=pk)
    form = UndoForm(request.POST)
    outcome = apply(request, form, lambda sent: _undo(request, row, sent["last"]))
    return _show(request, row, outcome, sent=form.cleaned_data)


@role_required(*EVERYBODY)
@at_workplace
def damaged(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Report units that arrived damaged: a scan chooses the product, a reason saves them."""
    row = get_object_or_404(_inbounds(request), pk=pk)
    if request.method != "POST":
        return _damaged(request, row, product=_chosen(request, row, request.GET.get("product")))
    if "product" not in request.POST:
        choice = ScanForm(request.POST)
        outcome = apply(request, choice, lambda sent: _product(request, row, sent["code"]).title)
        if outcome.is_refused:
            return _damaged(request, row, outcome)
        product = _product(request, row, choice.cleaned_data["code"])
        return _damaged(request, row, outcome, product=product)
    form = DamageForm(request.POST, request.FILES)
    outcome = apply(request, form, lambda sent: _report(request, row, sent))
    if outcome.is_refused:
        return _damaged(
            request,
            row,
            outcome,
            product=_chosen(request, row, request.POST["product"]),
            typed=request.POST.get("units"),
        )
    return done(request, outcome, "warehouse_inbound", row.pk)


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def undamaged(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Undo the worker's last report of damage."""
    row = get_object_or_404(_inbounds(request), pk=pk)
    outcome = apply(request, UndoForm(request.POST), lambda sent: _withdraw(request, row, sent))
    if outcome.is_refused:
        return _damaged(request, row, outcome)
    return done(request, outcome, "warehouse_inbound", row.pk)


@role_required(*EVERYBODY)
@at_workplace
def close(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Say what came otherwise than announced, then close."""
    row = get_object_or_404(_inbounds(request), pk=pk)
    if request.method != "POST":
        return _closing(request, row)
    outcome = apply(request, CloseForm(request.POST), lambda sent: _close(request, row, sent))
    if outcome.is_refused:
        return _closing(request, row, outcome)
    return done(request, outcome, "warehouse_inbounds")


def _inbounds(request: FloorRequest) -> "QuerySet[Inbound]":
    rows = Inbound.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return rows.select_related("seller")


def _expected(request: FloorRequest, code: str) -> list[Inbound]:
    found = inbounds_of(code, request)
    if not found:
        raise WrongScan(code, say("the number of an inbound of this warehouse"))
    open_ones = [row for row in found if row.status in INBOUND_OPEN]
    if not open_ones:
        raise DomainError(
            say(
                "Inbound {found} is {status}.",
                found=found[0],
                status=predicate(state(found[0])),
            )
        )
    return open_ones


def _scan(request: FloorRequest, row: Inbound, sent: Sent, scanned: list[Product]) -> str:
    """Receive what was scanned, and add it to `scanned`: the next screen keeps its lot."""
    place = location_of(sent["code"], request)
    if place and place.kind != Location.Kind.TOTE:
        return say("Location {place}", place=place)
    product = _product(request, row, sent["code"])
    to = _place(request, sent)
    if to is None:
        raise WrongScan(sent["code"], say("a dock, a bin or a shelf first"))
    scanned.append(product)
    units = _units(request, row, sent, product)
    ask_back(units, product.title, sure=sent["sure"], warehouse=request.warehouse)
    given = given_lot(product, sent)
    line = receive_units(
        row,
        product=product,
        quantity=units,
        location=to,
        lot=given,
        actor=request.user,
    )
    return f"{units} × {product.title}: {_of(line)}{given.words}"


def _of(line: InboundLine) -> str:
    """How far a line is: “3 of 12”, “13 of 12, 1 more than announced”."""
    if not line.announced:
        return say("{came}, not announced", came=line.came)
    more = f", {say('{over} more than announced', over=line.over)}" if line.over else ""
    return say("{came} of {announced}{more}", came=line.came, announced=line.announced, more=more)


def _units(request: FloorRequest, row: Inbound, sent: Sent, product: Product) -> int:
    case, entered = units_of(sent["code"], row.seller_id), sent["quantity"]
    return units_scanned(sent["code"], case, entered or 1, is_entered=entered is not None)


def _product(request: FloorRequest, row: Inbound, code: str) -> Product:
    for product in products_of(code, request):
        if product.seller_id == row.seller_id:
            return product
    expected = say("a product of {seller}, or a location", seller=row.seller)
    raise WrongScan(as_read(code), expected)


def _chosen(request: FloorRequest, row: Inbound, pk: str | None) -> Product | None:
    """A product of the seller of this inbound, by its id."""
    rows = Product.objects.visible_to(request.viewer).filter(seller=row.seller_id)
    return rows.filter(pk__in=[id_of(pk)]).first() if pk else None


def _asked_back(request: FloorRequest, row: Inbound, sent: Sent) -> int | None:
    """The units of a refused scan, where they are more than a scan may book unasked."""
    try:
        units = _units(request, row, sent, _product(request, row, sent["code"]))
    except DomainError:
        return None
    is_asked = units > limits_of(request.warehouse).asks_above and sent["sure"] != units
    return units if is_asked and _place(request, sent) else None


def _place(request: FloorRequest, sent: Sent) -> Location | None:
    """Where the goods go: what was scanned last, else the only dock of the warehouse."""
    here = Location.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    if pk := sent.get("location"):
        return get_object_or_404(here.exclude(kind=Location.Kind.TOTE), pk=pk)
    docks = list(here.filter(kind=Location.Kind.DOCK, closed_at__isnull=True)[:2])
    return docks[0] if len(docks) == 1 else None


def _receipts(request: FloorRequest, row: Inbound) -> "QuerySet[StockMovement]":
    own = recent_receipts(request.user).filter(subject_id__in=row.lines.values("pk"))
    rows = StockMovement.objects.visible_to(request.viewer).filter(
        pk__in=own.order_by().values("pk")
    )
    return rows.select_related("product", "location").order_by("-pk")


def _undo(request: FloorRequest, row: Inbound, receipt: UUID) -> str:
    last = _receipts(request, row).first()
    if last is None or last.pk != receipt:
        raise DomainError(say("Only your last receipt can be undone."))
    undo_receipt(last, actor=request.user)
    return say(
        "Undone: {quantity} × {title} into {location}",
        quantity=last.quantity,
        title=last.product.title,
        location=last.location,
    )


def _damages(request: FloorRequest, row: Inbound) -> "QuerySet[InboundDamage]":
    rows = InboundDamage.objects.visible_to(request.viewer).filter(line__inbound=row)
    return rows.select_related("line__product", "line__inbound").defer("image").order_by("-pk")


def _report(request: FloorRequest, row: Inbound, sent: Sent) -> str:
    product = _chosen(request, row, str(sent["product"]))
    if product is None:
        raise DomainError(say("Scan the damaged product first."))
    photo = sent["photo"]
    try:
        damage = report_damage(
            row,
            product=product,
            units=sent["units"],
            reason=sent["reason"],
            photo=_bytes_of(photo),
            actor=request.user,
        )
    except InvalidInput:
        raise DomainError(BAD_PHOTO) from None
    return say(
        "Damaged: {units} × {title}. {of}.",
        units=sent["units"],
        title=product.title,
        of=_of(damage.line),
    )


def _bytes_of(photo: "UploadedFile[bytes] | None") -> bytes:
    if photo and (photo.size or 0) > MOST_BYTES:
        raise DomainError(BAD_PHOTO)
    return photo.read() if photo else b""


def _withdraw(request: FloorRequest, row: Inbound, sent: Sent) -> str:
    last = _damages(request, row).filter(reported_by=request.user).first()
    if last is None or last.pk != sent["last"]:
        raise DomainError(say("Only your last report can be undone."))
    withdraw_damage(last, actor=request.user)
    return say("Undone: {units} × {title} damaged", units=last.units, title=last.line.product.title)


def _close(request: FloorRequest, row: Inbound, sent: Sent) -> str:
    closed = close_inbound(row, came=sent["came"], actor=request.user)
    if closed.differs:
        return say("Inbound {closed} is closed: the seller sees what differs", closed=closed)
    return say("Inbound {closed} is closed", closed=closed)


def _list(
    request: FloorRequest, outcome: ScanResult | None = None, only: list[Inbound] | None = None
) -> HttpResponse:
    rows = _inbounds(request).filter(status__in=INBOUND_OPEN)
    if only:
        rows = rows.filter(pk__in=[row.pk for row in only])
    rows = rows.annotate(
        units=Sum("lines__announced", default=0),
        came=Sum(F("lines__received") + F("lines__damaged"), default=0),
        products=Count("lines", filter=Q(lines__announced__gt=0)),
    )
    context = {"inbounds": rows.order_by("-status", "expected_on", "pk")[:LONGEST_LIST]}
    return screen(request, "warehouse/inbounds.html", context, outcome)


def _show(
    request: FloorRequest,
    row: Inbound,
    outcome: ScanResult | None = None,
    *,
    place: Location | None = None,
    sent: Sent | None = None,
    **shown: Any,
) -> HttpResponse:
    row.refresh_from_db(fields=["status"])
    lines = list(row.lines.select_related("product").order_by("position"))
    # What is open comes first: the rest is done.
    lines.sort(key=lambda line: not line.short)
    context: dict[str, Any] = {
        "inbound": row,
        "is_open": row.status in INBOUND_OPEN,
        "place": place or _place(request, sent or {}),
        "lines": lines[:LONGEST_LIST],
        "more": max(len(lines) - LONGEST_LIST, 0),
        "sums": sums_of(lines),
        "last": _receipts(request, row).first(),
        "sent": sent or {},
    }
    return screen(request, "warehouse/inbound.html", context | shown, outcome)


def _damaged(
    request: FloorRequest,
    row: Inbound,
    outcome: ScanResult | None = None,
    *,
    product: Product | None = None,
    typed: str | None = None,
) -> HttpResponse:
    damages = _damages(request, row)
    context = {
        "inbound": row,
        "is_open": row.status in INBOUND_OPEN,
        "damages": damages[:LONGEST_LIST],
        "last": damages.filter(reported_by=request.user).first(),
        "reasons": InboundDamage.Reason.choices,
        "product": product,
        "units": "1" if typed is None else typed,
        "lines": row.lines.select_related("product").order_by("position")[:LONGEST_LIST],
    }
    return screen(request, "warehouse/inbound_damaged.html", context, outcome)


def _closing(
    request: FloorRequest, row: Inbound, outcome: ScanResult | None = None
) -> HttpResponse:
    row.refresh_from_db(fields=["status"])
    lines = list(row.lines.select_related("product").order_by("position"))
    context = {
        "inbound": row,
        "can_close": row.status == InboundStatus.RECEIVING,
        "sums": sums_of(lines),
        "differing": [line for line in lines if line.over or line.short or line.damaged],
    }
    return screen(request, "warehouse/inbound_close.html", context, outcome)
