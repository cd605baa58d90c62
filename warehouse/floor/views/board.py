"""The lead's board: what will be late, who is where, what waits; each number leads to its rows."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from orders.access import Role, role_required
from orders.models import Shipment
from orders.values.form_fields import MomentField
from orders.words import say
from warehouse.floor.leading.backlog import by_zone
from warehouse.floor.leading.board import (
    WHICH,
    deadlines,
    lines_picked,
    pace_of,
    people,
    picks_of,
    predicted,
    scans_of,
    shorts_of,
    to_leave,
)
from warehouse.models import (
    CountTask,
    Inbound,
    PickList,
    ReplenishTask,
    Stock,
    StockMovement,
)
from warehouse.scanning.refused import refused_on
from warehouse.scanning.screens import FloorRequest, at_workplace, screen
from warehouse.states import COUNT_OPEN, INBOUND_OPEN, PickListStatus, ReplenishStatus

LONGEST_LIST = 200
SECONDS = 60  # until the board is asked anew
TITLES = {
    "due": "To leave",
    "to-pick": "To pick",
    "picked": "Picked, still here",
    "on-hold": "On hold",
    "missed": "Will be late",
    "picks": "Picked in the last hour",
    "shorts": "Short today",
    "put-back": "To put back",
}


class RowsForm(forms.Form):
    """Which rows: of what kind, due at a moment, picked by somebody."""

    of = forms.ChoiceField(choices=list(TITLES.items()))
    due = MomentField(required=False)
    who = forms.UUIDField(required=False)


@require_safe
@role_required(Role.LEAD)
@at_workplace
def board(request: FloorRequest) -> HttpResponse:
    """The board; it asks itself anew each minute, unless it was told to stand still."""
    now = timezone.now()
    picks = picks_of(_movements(request), now)
    rate = pace_of(picks, now)
    missed = predicted(_shipments(request), now=now, lines_an_hour=rate)
    shorts = shorts_of(_movements(request), now)
    scans = scans_of(request.warehouse, now)
    is_live = "still" not in request.GET
    context = {
        "now": now,
        "is_live": is_live,
        "deadlines": deadlines(_shipments(request), missed),
        "missed": len(missed),
        "rate": None if rate is None else round(rate),
        "picked": lines_picked(picks),
        "people": people(_walks(request), picks, scans),
        "shorts": shorts.count(),
        "refused": refused_on(timezone.localdate(now), request.warehouse).count(),
        "tasks": _tasks(request),
        "zones": by_zone(request.warehouse, _shipments(request), _walks(request)),
    }
    answer = screen(request, "warehouse/board.html", context)
    if is_live:
        answer["Refresh"] = str(SECONDS)  # the browser asks anew, with and without JavaScript
    return answer


@require_safe
@role_required(Role.LEAD)
@at_workplace
def rows(request: FloorRequest) -> HttpResponse:
    """The rows that a number of the board counts."""
    form = RowsForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data  # what cannot be read is left out
    of = asked.get("of", "due")
    found = _rows(request, of, asked, timezone.now())
    context = {
        "title": TITLES[of],
        "of": of,
        "due": asked.get("due"),
        "rows": found[:LONGEST_LIST],
        "number": found.count(),
    }
    return screen(request, "warehouse/board_rows.html", context)


def _rows(request: FloorRequest, of: str, asked: dict[str, Any], now: datetime) -> QuerySet[Any]:
    if of == "put-back":
        return _to_put_back(request).select_related("shipment", "tote").order_by("pk")
    if of in ("picks", "shorts"):
        movements = (picks_of if of == "picks" else shorts_of)(_movements(request), now)
        if who := asked.get("who"):
            movements = movements.filter(actor=who)
        return movements.select_related("product", "location", "actor")
    leaving = to_leave(_shipments(request))
    if of in WHICH:
        leaving = leaving.filter(WHICH[of])
    if of == "missed":
        rate = pace_of(picks_of(_movements(request), now), now)
        missed = predicted(_shipments(request), now=now, lines_an_hour=rate)
        leaving = leaving.filter(pk__in=missed)
    if due := asked.get("due"):
        leaving = leaving.filter(ship_by__gte=due, ship_by__lt=due + timedelta(seconds=1))
    return leaving


def _tasks(request: FloorRequest) -> list[tuple[str, int, str]]:
    """[(name, number, address's name)] of what no order asks for."""
    viewer, here = request.viewer, request.warehouse
    counts = CountTask.objects.visible_to(viewer).filter(warehouse=here, status__in=COUNT_OPEN)
    refills = ReplenishTask.objects.visible_to(viewer).filter(
        source__warehouse=here, status=ReplenishStatus.OPEN
    )
    staged = Stock.objects.visible_to(viewer).filter(
        location__warehouse=here, location__is_staging=True, on_hand__gt=F("pinned")
    )
    inbounds = Inbound.objects.visible_to(viewer).filter(warehouse=here, status__in=INBOUND_OPEN)
    return [
        (say("To count"), counts.count(), "warehouse_counts"),
        (say("To refill"), refills.count(), "warehouse_refills"),
        (say("To put away"), staged.count(), "warehouse_put_away"),
        (say("To put back"), _to_put_back(request).count(), ""),
        (say("Inbound"), inbounds.count(), "warehouse_inbounds"),
    ]


def _to_put_back(request: FloorRequest) -> QuerySet[PickList]:
    return _walks(request).filter(status=PickListStatus.PUT_BACK)


def _shipments(request: FloorRequest) -> QuerySet[Shipment]:
    return Shipment.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)


def _walks(request: FloorRequest) -> QuerySet[PickList]:
    return PickList.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)


def _movements(request: FloorRequest) -> QuerySet[StockMovement]:
    here = StockMovement.objects.visible_to(request.viewer)
    return here.filter(location__warehouse=request.warehouse)
