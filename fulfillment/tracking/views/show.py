"""The tracking page, as HTML and as JSON for its script."""

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from fulfillment.tracking.acting import Personal, personal_part
from fulfillment.tracking.levels import is_proven
from fulfillment.tracking.page import words
from fulfillment.tracking.page.page import TrackPage, describe
from fulfillment.tracking.queries import Tracked, find_tracked
from fulfillment.tracking.wording import acts_in, language_of, language_of_browser
from notifications.channels.vapid import public_key
from orders.access import public
from orders.returns.handling import returnable_units


@public
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page; unknown and expired links get the same 404."""
    now = timezone.now()
    tracked = find_tracked(token, now)
    if tracked is None:
        return not_found(request)
    page = _page(tracked, now)
    personal = _personal(request, tracked, now)
    context = {
        "page": page,
        "personal": personal,
        "say": acts_in(tracked.order.language),
        "language": language_of(tracked.order.language),
        "title": words.pieces(page.headline.text),
        "token": token,
        "brand": tracked.order.seller_id,
        "etag": _etag(page, personal),
        "checked": _clock(tracked, now),
        "zone": tracked.order.time_zone,
        "push_key": public_key(),
    }
    return private(render(request, "track/page.html", context))


@public
@require_safe
def state(request: HttpRequest, token: str) -> HttpResponse:
    """Return the page as JSON for its script; 304 while the ETag is unchanged."""
    now = timezone.now()
    tracked = find_tracked(token, now)
    if tracked is None:
        return not_found(request)
    page = _page(tracked, now)
    personal = _personal(request, tracked, now)
    etag = _etag(page, personal)
    response = get_conditional_response(request, etag=etag, response=None)
    shown = asdict(page) | {"personal": personal and asdict(personal)}
    response = response or JsonResponse(shown, headers={"ETag": etag})
    return private(response)


def not_found(request: HttpRequest) -> HttpResponse:
    """Return the same 404 for every invalid link."""
    language = language_of_browser(request.headers.get("Accept-Language", ""))
    context = {"say": acts_in(language), "language": language}
    return private(render(request, "track/not_found.html", context, status=404))


def private(response: HttpResponse, *, referrer: str = "no-referrer") -> HttpResponse:
    """Add headers that keep the secret URL private: no cache, no index, no referrer."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = referrer
    return response


def _page(tracked: Tracked, now: datetime) -> TrackPage:
    delivered = any(line.delivered > line.returned for line in tracked.lines)
    can_return = delivered and bool(returnable_units(tracked.order))
    return describe(tracked, now, can_return=can_return)


def _personal(request: HttpRequest, tracked: Tracked, now: datetime) -> Personal | None:
    """The second level, where it is proven that the order is theirs; else none of it is loaded."""
    return personal_part(tracked, now) if is_proven(request, tracked.order.pk) else None


def _etag(page: TrackPage, personal: Personal | None) -> str:
    return quote_etag(sha256(repr((page, personal)).encode()).hexdigest()[:32])


def _clock(tracked: Tracked, now: datetime) -> str:
    return words.hour(now.astimezone(ZoneInfo(tracked.order.time_zone)))
