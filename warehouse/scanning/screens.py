"""What every screen of the floor shares: who works where, and things sent that are applied once."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from orders.access import WAREHOUSE_ROLES, Role, Viewer, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Warehouse
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult, apply_once, was_sent

PICKERS = (Role.LEAD, Role.PICKER)
PACKERS = (Role.LEAD, Role.PACKER)
EVERYBODY = WAREHOUSE_ROLES
CHOSEN = "workplace"  # in the session
EXPECTED = " Expected: "


class FloorRequest(SignedInRequest):
    """A request of somebody who works in a warehouse, and in which one now."""

    warehouse: Warehouse
    works_elsewhere: bool


Given = ParamSpec("Given")
Sent = dict[str, Any]  # what a form has read


def at_workplace(
    view: Callable[Concatenate[FloorRequest, Given], HttpResponse],
) -> Callable[Concatenate[SignedInRequest, Given], HttpResponse]:
    """Give a view `request.warehouse` and its local time; who works in several chooses one first.

    Nothing is cached: a form kept since yesterday would repeat yesterday's scan.
    """

    @never_cache
    @functools.wraps(view)
    def placed(
        asked: SignedInRequest, /, *args: Given.args, **kwargs: Given.kwargs
    ) -> HttpResponse:
        request = cast(FloorRequest, asked)  # Django makes the request: it is one from here on
        places = workplaces(request.viewer)
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
    return list(Warehouse.objects.visible_to(viewer).order_by("name"))


@role_required(*EVERYBODY)
def choose_workplace(request: SignedInRequest) -> HttpResponse:
    """Ask in which warehouse this person works now, and keep it with the session."""
    places = workplaces(request.viewer)
    if request.method == "POST":
        request.session[CHOSEN] = request.POST.get("warehouse", "")[:36]
        return redirect("warehouse_home")
    return render(request, "warehouse/choose_workplace.html", {"places": places})


def apply(request: SignedInRequest, form: FloorForm, action: Callable[[Sent], str]) -> ScanResult:
    """Apply what a worker sent, once: `action(sent)` returns what to say, a DomainError why not."""
    if not form.is_valid():
        return ScanResult(text=form.problem, is_refused=True)
    sent = form.cleaned_data
    return apply_once(
        **_scan_id(sent),
        worker=request.user,
        code=sent.get("code", ""),
        action=functools.partial(action, sent),
    )


def apply_after(
    request: SignedInRequest,
    form: FloorForm,
    ask: Callable[[], None],
    action: Callable[[Sent], str],
) -> ScanResult:
    """Like `apply`, after `ask()`, which asks somebody outside and so runs in no transaction.

    What was sent before asks nobody again; when `ask` is refused, so is what was sent.
    """
    refusals = []
    if form.is_valid() and not was_sent(**_scan_id(form.cleaned_data)):
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
    """A screen: 409 with the alarm after a refusal, and an id for what is sent from it."""
    refusal = outcome if outcome and outcome.is_refused else None
    # What was expected gets a line of its own: “You scanned A-01-2. / Expected: A-01-3.”
    said, word, expected = refusal.text.partition(EXPECTED) if refusal else ("", "", "")
    words = (said.split(), (word + expected).split())
    shared = {"outcome": outcome, "words": words, "client_id": uuid4()}
    return render(request, template, context | shared, status=409 if refusal else 200)


def done(request: HttpRequest, outcome: ScanResult, to: str, *args: UUID) -> HttpResponse:
    """After a button: on to a screen that an accidental reload does not send again."""
    messages.success(request, outcome.text)
    return redirect(to, *args)


def _scan_id(sent: Sent) -> dict[str, Any]:
    return {"client_id": sent["client_id"], "sequence": sent["sequence"]}
