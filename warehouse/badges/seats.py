"""Sessions by badge: what they may open, and the middleware that keeps them to it.

Such a session belongs to one device and one person, has the roles of the floor in the warehouse of
the device and no other, and opens no address outside of the warehouse's screens.
"""

import functools
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import urlencode

from orders.access import WAREHOUSE_ROLES, Viewer, ViewerRequest
from orders.errors import DomainError
from orders.models import User, Warehouse
from orders.row_security import narrow_to, reach_of
from orders.words import say_later
from warehouse.badges.devices import is_locked, note_use, noted_every, seat_at, take_seat
from warehouse.models import Device
from warehouse.scanning.screens import CHOSEN

SEAT = "seat"  # in the session
COOKIE = "floor_device"
FLOOR = "/warehouse/"
USED_AT = "used_at"  # in a session by password on a shared device
COOKIE_SECONDS = 400 * 24 * 3600  # the most that browsers keep
SHIFT_SECONDS = 12 * 3600
BACKEND = "orders.accounts.sign_in.ViewerBackend"
SIGN_OUT = "/accounts/logout/"
# What a locked screen still answers.
WHILE_LOCKED = ("warehouse_badge", "warehouse_badge_out", "warehouse_lock", "warehouse_unlock")
NOT_BY_BADGE = say_later(
    "Sign in with your password to change people, badges and devices, not with a badge."
)

FLOOR_ONLY = (
    "A badge opens the screens of the warehouse only. For anything else sign in with your "
    "password, on a device of your own."
)

Given = ParamSpec("Given")
Asked = TypeVar("Asked", bound=ViewerRequest)


class SeatRequest(ViewerRequest):
    """A request behind SeatMiddleware: `seat` is the device of a session by badge, or None."""

    user: User
    seat: Device | None
    lock_seconds: int


def by_password(
    view: Callable[Concatenate[Asked, Given], HttpResponseBase],
) -> Callable[Concatenate[Asked, Given], HttpResponseBase]:
    """Refuse a session by badge: six digits shall not be enough to let anybody in."""

    @functools.wraps(view)
    def checked(request: Asked, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        if getattr(request, "seat", None) is not None:
            raise DomainError(NOT_BY_BADGE)
        return view(request, *args, **kwargs)

    return checked


def token_of(request: ViewerRequest) -> str:
    """What the cookie of a device holds, or nothing."""
    return request.COOKIES.get(COOKIE, "")


def sit_down(request: ViewerRequest, device: Device, worker: User) -> None:
    """Sign in by badge: a new session for one shift, bound to the device."""
    logout(request)
    login(request, worker, backend=BACKEND)
    request.session[SEAT] = str(take_seat(device, worker))
    request.session[CHOSEN] = str(device.warehouse_id)
    request.session.set_expiry(SHIFT_SECONDS)


def remember_device(response: HttpResponse, token: str) -> None:
    """The cookie of an enrolled device; no script reads it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def floor_viewer(user: User, warehouse: Warehouse) -> Viewer:
    """The viewer of a session by badge: roles of the floor, in this warehouse."""
    viewer = Viewer.of(user)
    held = tuple(
        member
        for member in viewer.memberships
        if member["role"] in WAREHOUSE_ROLES and member["warehouse"] == warehouse.pk
    )
    roles = frozenset(member["role"] for member in held)
    floor = replace(viewer, memberships=held, roles=roles, zone=warehouse.time_zone)
    return floor.through(*roles)


class SeatMiddleware(MiddlewareMixin):
    """Keep a session by badge to its device, its person, the floor, and the lock of the screen."""

    def __call__(self, request: SeatRequest) -> HttpResponseBase:  # type: ignore[override]  # ours
        request.seat = None
        if not hasattr(request, "session"):
            return self._answer(request)
        seat, is_floor = request.session.get(SEAT), request.path_info.startswith(FLOOR)
        if seat is None:
            return self._without_seat(request, is_floor=is_floor)
        if not is_floor:
            return self._elsewhere(request)
        user = request.user if request.user.is_authenticated else None  # no longer active
        device = seat_at(token_of(request), UUID(seat), user) if user else None
        if device is None:
            logout(request)
            return _ask_for_badge(request) or self._answer(request)
        return self._seated(request, device)

    def _without_seat(self, request: SeatRequest, *, is_floor: bool) -> HttpResponseBase:
        """A shared scanner asks for a badge, and keeps no session by password that is idle."""
        if not token_of(request):
            return self._answer(request)
        if request.user.is_authenticated and not _is_left_alone(request):
            return self._answer(request)
        if request.user.is_authenticated:
            logout(request)
        elif not is_floor:
            return self._answer(request)
        return _ask_for_badge(request) or self._answer(request)

    def _elsewhere(self, request: SeatRequest) -> HttpResponseBase:
        """The way out and the way back to the floor, and nothing else."""
        if request.path_info == "/":
            return redirect("warehouse_home")
        if request.path_info == SIGN_OUT:
            return self._answer(request)
        raise PermissionDenied(FLOOR_ONLY)

    def _seated(self, request: SeatRequest, device: Device) -> HttpResponseBase:
        request.seat, request.lock_seconds = device, settings.FLOOR_LOCK_SECONDS
        viewer = floor_viewer(request.user, device.warehouse)
        # The device is read there also for somebody who works there no more.
        here = reach_of(buildings=[device.warehouse_id])
        narrow_to(viewer.reach if viewer.building_ids else here)
        request.viewer = viewer
        if is_locked(device):
            if request.path_info not in [reverse(name) for name in WHILE_LOCKED]:
                return locked_page(request)
        else:
            note_use(device)
        return self._answer(request)

    def _answer(self, request: SeatRequest) -> HttpResponseBase:
        return cast(HttpResponseBase, self.get_response(request))


def locked_page(request: SeatRequest, problem: str = "", status: int = 423) -> HttpResponse:
    """The screen that asks for the PIN, or for another badge."""
    here = request.get_full_path() if request.method == "GET" else FLOOR
    context = {"problem": problem, "next": request.POST.get("next", here)}
    response = render(request, "warehouse/locked.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _is_left_alone(request: SeatRequest) -> bool:
    """Whether nobody has used this session for FLOOR_LOCK_SECONDS; notes that somebody does."""
    now = time.time()
    idle = now - request.session.get(USED_AT, now)
    if settings.FLOOR_LOCK_SECONDS and idle > settings.FLOOR_LOCK_SECONDS:
        return True
    if USED_AT not in request.session or idle > noted_every().total_seconds():
        request.session[USED_AT] = int(now)
    return False


def _ask_for_badge(request: SeatRequest) -> HttpResponse | None:
    """Redirect to the badge, unless this is where it is asked for."""
    asked = reverse("warehouse_badge")
    if request.path_info == asked:
        return None
    back = request.get_full_path() if request.method == "GET" else FLOOR
    return redirect(f"{asked}?{urlencode({'next': back})}")
