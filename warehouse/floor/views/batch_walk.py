"""The screen of a batch walk: what all its orders need at a place, summed up, into one tote."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse

from orders.catalogue.pictures import versions
from orders.errors import DomainError, WrongScan
from orders.words import say
from warehouse.floor.carts.slots import Slot, slots_of
from warehouse.floor.forms import PickForm, ShortForm
from warehouse.floor.picking import Scans, check_pick
from warehouse.floor.walls.batches import (
    Group,
    counted,
    group_now,
    groups_of,
    pick_group,
    report_group_short,
)
from warehouse.models import PickLine
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, done, screen
from warehouse.states import PickListStatus
from warehouse.stock.lots import why_withheld


def batch(request: FloorRequest, walk: Any) -> HttpResponse:
    """Show the next place of the batch; a POST is a scan of it, of its product, or of the tote."""
    if request.method != "POST":
        return show_batch(request, walk)
    form = PickForm(request.POST)
    outcome = apply(request, form, lambda sent: _pick(request, walk, sent))
    sent = form.cleaned_data
    # Keep the scanned place: the next product may be in the same location.
    place = sent.get("location") or ("" if outcome.is_refused else sent.get("code", ""))
    return show_batch(
        request, walk, place, outcome=outcome, in_hand=_in_hand(request, sent, outcome)
    )


def batch_short(request: FloorRequest, walk: Any, line_pk: UUID) -> HttpResponse:
    """Report that fewer units are at a place than the batch needs there."""
    form, outcome = ShortForm(request.POST), None
    if request.method == "POST":
        outcome = apply(request, form, lambda sent: _short(request, walk, line_pk, sent))
        if not outcome.is_refused:
            return done(request, outcome, "warehouse_pick_list", walk.pk)
    group = next((one for one in _groups(walk) if line_pk in {row.pk for row in one.lines}), None)
    if group is None:  # browser back leads to places that are done
        return show_batch(request, walk, outcome=outcome)
    why = why_withheld(group.line.stock)
    hidden = () if why else (PickLine.ShortReason.WITHHELD,)
    found = form.cleaned_data.get("found") if outcome else None
    context = {
        "walk": walk,
        "line": group.line,
        "wanted": group.units,
        "reasons": [one for one in PickLine.ShortReason.choices if one[0] not in hidden],
        "found": found if found in range(group.units) else 0,
        "why": why,
    }
    return screen(request, "warehouse/report_short.html", context, outcome)


def show_batch(
    request: FloorRequest,
    walk: Any,
    place: str = "",
    *,
    outcome: ScanResult | None = None,
    in_hand: Sent | None = None,
) -> HttpResponse:
    """Render the next place of the batch; else that its tote goes to the wall, or is paused."""
    slots = slots_of(walk)
    groups = groups_of(slots)
    if not groups:
        return _ended(request, walk, slots, outcome)
    here = [one for one in groups if one.line.stock.location.code.upper() == place.upper()]
    held = [one for one in here if in_hand and in_hand["line"] in {row.pk for row in one.lines}]
    group = (held or here or groups)[0]
    at, stock = groups.index(group), group.line.stock
    picked, total = counted(slots)
    context = {
        "walk": walk,
        "tote": walk.batch_tote,
        "aside": _aside(slots),
        "orders": len({row.pick_list_id for row in group.lines}),
        "line": group.line,
        "units": group.units,
        "next": next(iter(groups[at + 1 :] or groups[:at]), None),
        "picked": picked,
        "total": total,
        "is_there": bool(here),
        "in_hand": in_hand if held else None,
        "version": versions([stock.product_id]).get(stock.product_id, ""),
    }
    return screen(request, "warehouse/batch_list.html", context, outcome)


def _ended(
    request: FloorRequest, walk: Any, slots: list[Slot], outcome: ScanResult | None
) -> HttpResponse:
    going = [slot.walk for slot in slots if slot.walk.status == PickListStatus.PAUSED]
    paused = [row for row in going if not row.is_held]
    to_sort = [slot.walk for slot in slots if slot.walk.status == PickListStatus.TO_SORT]
    context = {
        "walk": walk,
        "tote": walk.batch_tote,
        "aside": _aside(slots),
        "paused": paused[:1],
        "own": next((row for row in paused if row.picker_id == request.user.pk), None),
        "to_sort": len(to_sort),
        "wall": walk.tote.wall,
    }
    return screen(request, "warehouse/batch_done.html", context, outcome)


def _groups(walk: Any) -> list[Group]:
    return groups_of(slots_of(walk))


def _aside(slots: list[Slot]) -> list[tuple[Any, str]]:
    """The orders that do not go on as they were, with what that means at this tote."""
    told = []
    for slot in slots:
        if slot.is_to_put_back:
            told.append((slot.walk, say("cancelled: leave its units in the tote")))
        elif slot.words and not slot.is_packed:
            told.append((slot.walk, slot.words))
    return told


def _in_hand(request: FloorRequest, sent: Sent, outcome: ScanResult) -> Sent | None:
    """The scan of a product that waits for its tote, where totes are scanned."""
    if not request.warehouse.scans_totes or not sent.get("location"):
        return None
    if sent.get("product"):
        return sent if outcome.is_refused else None
    return None if outcome.is_refused else sent | {"product": sent["code"]}


def _pick(request: FloorRequest, walk: Any, sent: Sent) -> str:
    group = group_now(walk, sent["line"], actor=request.user)
    place, title = group.line.stock.location.code, group.line.stock.product.title
    if not sent["location"]:
        if sent["code"].upper() != place.upper():
            raise WrongScan(sent["code"], say("location {place}", place=place))
        return say("Location {place}", place=place)
    _refuse_fewer(group, sent, sent["quantity"])
    scans = Scans(
        location_code=sent["location"],
        product_code=sent["product"] or sent["code"],
        quantity=sent["quantity"],
        is_entered=sent["quantity"] != sent["proposed"],
    )
    if request.warehouse.scans_totes and not sent["product"]:
        units = check_pick(group.line, scans, wanted=group.units, actor=request.user)
        holder = walk.holder
        return say(
            "{units} × {title}: put it into {holder}", units=units, title=title, holder=holder
        )
    if request.warehouse.scans_totes and sent["code"].upper() != walk.batch_tote.code.upper():
        raise WrongScan(sent["code"], walk.holder)
    units = pick_group(group, scans, actor=request.user)
    return say("Picked {number} × {title}", number=units, title=title)


def _short(request: FloorRequest, walk: Any, line_pk: UUID, sent: Sent) -> str:
    group = group_now(walk, line_pk, actor=request.user)
    _refuse_fewer(group, sent, sent["found"] + 1)
    reason = sent["reason"]
    report_group_short(group, found=sent["found"], reason=reason, actor=request.user)
    title = group.line.stock.product.title
    return say("Reported: {found} × {title} found", found=sent["found"], title=title)


def _refuse_fewer(group: Group, sent: Sent, units: int) -> None:
    """Say that fewer units are wanted here than when the screen was shown."""
    if group.units < (sent["planned"] or 0) and units > group.units:
        told = "An order of this batch was changed: {units} × {title} are wanted here now."
        title = group.line.stock.product.title
        raise DomainError(say(told, units=group.units, title=title))
