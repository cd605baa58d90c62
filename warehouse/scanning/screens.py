"""Shared by warehouse screens: the workplace, idempotent forms, rendering and redirects."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from orders.access import WAREHOUSE_ROLES, Role, Viewer, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import EXPECTED, DomainError
from orders.models import Warehouse
from orders.words import say, say_later
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult, apply_once, was_sent
from warehouse.scanning.workplaces import BUILDING, BUILDINGS, building_of

PICKERS = (Role.LEAD, Role.PICKER)
PACKERS = (Role.LEAD, Role.PACKER)
EVERYBODY = WAREHOUSE_ROLES
CHOSEN = "workplace"  # in the session
SOMEBODY_ELSES = say_later("Someone else scanned this before you signed in: nothing was saved.")


class FloorRequest(SignedInRequest):
    """A request of a warehouse worker, with the warehouse in which the worker is now."""

    warehouse: Warehouse
    works_elsewhere: bool


Given = ParamSpec("Given")
Sent = dict[str, Any]  # the cleaned data of a form


def at_workplace(
    view: Callable[Concatenate[FloorRequest, Given], HttpResponseBase],
) -> Callable[Concatenate[SignedInRequest, Given], HttpResponseBase]:
    """Set `request.warehouse` and its time zone; redirect who works in several to choose one.

    Never cached: a cached form would send an old idempotency key again.
    """

    @never_cache
    @functools.wraps(view)
    def placed(
        asked: SignedInRequest, /, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponseBase:
        request = cast(FloorRequest, asked)  # the attributes are set below
        # A session by badge is bound to its device, which was read with its warehouse.
        seat = getattr(request, "seat", None)
        places = [seat.warehouse] if seat else workplaces(request.viewer)
        chosen = request.session.get(CHOSEN)
        here = [place for place in places if chosen in (None, str(place.pk))]
        if len(here) != 1:
            return redirect("warehouse_choose_workplace")
        request.warehouse, request.works_elsewhere = here[0], len(places) > 1
        with timezone.override(request.warehouse.time_zone):
            return view(request, *args, **kwargs)

    return placed


def workplaces(viewer: Viewer) -> list[Warehouse]:
    """The warehouses in which this person works."""
    if viewer.is_operator:
        return list(Warehouse.objects.visible_to(viewer).order_by("name"))
    ids = list(viewer.warehouse_ids)
    if len(ids) != 1:
        return BUILDINGS(ids)
    mine = [member for member in viewer.memberships if member["warehouse"] == ids[0]]
    known = building_of(mine[0])
    return [known] if known else BUILDING(ids[0])


@role_required(*EVERYBODY)
def choose_workplace(request: SignedInRequest) -> HttpResponse:
    """Ask in which warehouse this person works now, and keep it with the session."""
    places = workplaces(request.viewer)
    if request.method == "POST":
        request.session[CHOSEN] = request.POST.get("warehouse", "")[:36]
        return redirect("warehouse_home")
    return render(request, "warehouse/choose_workplace.html", {"places": places})


def apply(
    request: SignedInRequest,
    form: FloorForm,
    action: Callable[[Sent], str],
    *,
    warehouse: Warehouse | None = None,
) -> ScanResult:
    """Apply a form once: `action(sent)` returns the text for the worker, or raises DomainError.

    `warehouse` is that of a courier's run; the floor has one with the request.
    """
    if not form.is_valid():
        return ScanResult(text=form.problem, is_refused=True)
    sent = form.cleaned_data
    if not _is_own(request, form):
        return ScanResult(text=str(SOMEBODY_ELSES), is_refused=True)
    return apply_once(
        **_scan_id(sent),
        worker=request.user,
        code=sent.get("code", ""),
        warehouse=warehouse or getattr(request, "warehouse", None),
        action=functools.partial(action, sent),
    )


def apply_after(
    request: SignedInRequest,
    form: FloorForm,
    ask: Callable[[], None],
    action: Callable[[Sent], str],
) -> ScanResult:
    """Like `apply`, after `ask()`, a network call that runs outside the transaction.

    A repeated form does not call `ask` again. A DomainError of `ask` is stored as the outcome.
    """
    refusals = []
    is_new = form.is_valid() and not was_sent(**_scan_id(form.cleaned_data))
    if is_new and _is_own(request, form):
        try:
            ask()
        except DomainError as refusal:
            refusals.append(refusal)

    def act(sent: Sent) -> str:
        if refusals:
            raise refusals[0]
        return action(sent)

    return apply(request, form, act)


def screen(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    outcome: ScanResult | None = None,
) -> HttpResponse:
    """Render a screen with a new client id for its forms; 409 with an alarm after a refusal."""
    refusal = outcome if outcome and outcome.is_refused else None
    # The expected code gets a line of its own: “You scanned A-01-2. / Expected: A-01-3.”
    said, word, expected = refusal.text.partition(f" {say(EXPECTED)} ") if refusal else ("", "", "")
    words = (said.split(), (word + expected).split())
    shared = {"outcome": outcome, "words": words, "client_id": uuid4()}
    return render(request, template, context | shared, status=409 if refusal else 200)


def done(request: HttpRequest, outcome: ScanResult, to: str, *args: UUID) -> HttpResponse:
    """Redirect after a POST, so that a reload does not send the form again."""
    messages.success(request, outcome.text)
    return redirect(to, *args)


def _is_own(request: SignedInRequest, form: FloorForm) -> bool:
    """Whether the person of this session made the scan: another one may have the device now."""
    return form.cleaned_data["worker"] in (None, request.user.pk)


def _scan_id(sent: Sent) -> dict[str, Any]:
    return {"client_id": sent["client_id"], "sequence": sent["sequence"]}
