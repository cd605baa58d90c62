"""The screens of a shared scanner: badge and PIN, the lock, the way out."""

from typing import Any, cast

from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from orders.access import ViewerRequest, public, role_required
from orders.accounts.going_back import is_page_of_ours
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.row_security import ALL_SELLERS, narrow_to, reach_of, seeing
from orders.words import say, say_later
from warehouse.badges.badges import (
    BEGINNING,
    PinRefused,
    badge_of,
    check_pin,
    choose_pin,
    works_here,
)
from warehouse.badges.devices import device_with, leave_seat, lock_screen, unlock_screen
from warehouse.badges.forms import BadgeForm, PinForm
from warehouse.badges.seats import (
    FLOOR,
    SeatRequest,
    locked_page,
    remember_device,
    sit_down,
    token_of,
)
from warehouse.models import Badge, Device
from warehouse.scanning.screens import EVERYBODY

NOT_ALIKE = say_later("The two new PINs differ: enter the same one twice.")
NO_ROLE = say_later("You have no role in this warehouse: ask your lead.")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def badge(request: ViewerRequest) -> HttpResponse:
    """Ask for the badge, then for the PIN; who was given a PIN chooses another one at first."""
    device = device_with(token_of(request))
    if device is None:
        return render(request, "warehouse/badge_nowhere.html", status=403)
    narrow_to(reach_of(buildings=[device.warehouse_id]))
    if request.method != "POST":
        return _ask(request, device)
    form = BadgeForm(request.POST)
    if not form.is_valid():
        return _ask(request, device, problem=say("Scan your badge."), status=422)
    given = form.cleaned_data
    if not given["pin"]:
        return _ask(request, device, badge=given["badge"])
    try:
        return _enter(request, device, given)
    except PinRefused as refused:
        answer = _ask(
            request, device, badge=given["badge"], problem=str(refused), status=refused.status
        )
        if refused.wait:
            answer.headers["Retry-After"] = str(refused.wait)
        return answer


@require_POST
@never_cache
@role_required(*EVERYBODY)
def lock(request: SignedInRequest) -> HttpResponse:
    """Lock the screen before it locks by itself."""
    device = _seat(request)
    if device is None:
        return redirect("warehouse_home")
    lock_screen(device)
    return locked_page(cast(SeatRequest, request), status=200)


@require_POST
@never_cache
@role_required(*EVERYBODY)
def unlock(request: SignedInRequest) -> HttpResponse:
    """Go on with the PIN of the same person; a program asks with `Accept: application/json`."""
    device = _seat(request)
    if device is None:
        return redirect("warehouse_home")
    form = PinForm(request.POST)
    entered = form.cleaned_data["pin"] if form.is_valid() else ""
    if entered.startswith(BEGINNING):
        return _ask(request, device, badge=entered)
    try:
        own = Badge.objects.visible_to(request.viewer).distinct().get(user=request.user)
        check_pin(own, entered, device=device)
    except PinRefused as refused:
        if request.accepts("text/html"):
            return locked_page(cast(SeatRequest, request), str(refused), refused.status)
        return JsonResponse({"problem": str(refused)}, status=refused.status)
    unlock_screen(device)
    if request.accepts("text/html"):
        return redirect(_next(request))
    return JsonResponse({"problem": ""})


@require_POST
@never_cache
@role_required(*EVERYBODY)
def leave(request: SignedInRequest) -> HttpResponse:
    """Sign out and ask for the next badge."""
    device = _seat(request)
    if device is None:
        return redirect("warehouse_home")
    leave_seat(device)
    logout(request)
    return redirect("warehouse_badge")


def _enter(request: ViewerRequest, device: Device, given: dict[str, str]) -> HttpResponse:
    # Somebody's of another warehouse is told so, but only who knows the PIN.
    with seeing(ALL_SELLERS):
        found = badge_of(given["badge"], given["pin"], device=device)
        is_here = works_here(found.user, device.warehouse)
    if not is_here:
        raise PinRefused(NO_ROLE, status=403)
    if found.is_given_pin:
        try:
            if not given["new_pin"]:
                return _choose(request, device, given)
            if given["new_pin"] != given["again"]:
                raise DomainError(NOT_ALIKE)
            choose_pin(found, given["new_pin"])
        except DomainError as refused:
            return _choose(request, device, given, problem=str(refused), status=422)
    sit_down(request, device, found.user)
    response = redirect(_next(request))
    remember_device(response, token_of(request))
    return response


def _ask(
    request: ViewerRequest, device: Device, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"device": device, "next": _next(request)}
    return render(request, "warehouse/badge.html", context, status=status)


def _choose(
    request: ViewerRequest,
    device: Device,
    given: dict[str, str],
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {"device": device, "next": _next(request), "given": given}
    return render(request, "warehouse/badge_choose_pin.html", context, status=status)


def _next(request: ViewerRequest) -> str:
    """Where the person was, if that is a screen of the floor."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if is_page_of_ours(asked, below=FLOOR) else FLOOR


def _seat(request: SignedInRequest) -> Device | None:
    return cast(SeatRequest, request).seat
