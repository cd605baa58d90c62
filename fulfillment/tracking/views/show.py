"""The tracking page, as HTML and as JSON for its script."""

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from fulfillment.serving.replica import may_lag, read_at
from fulfillment.tracking.acting import Personal, personal_part
from fulfillment.tracking.languages import page_words
from fulfillment.tracking.levels import is_proven
from fulfillment.tracking.page import words
from fulfillment.tracking.page.page import TrackPage, describe
from fulfillment.tracking.queries import Tracked, find_tracked, requestable_units
from fulfillment.tracking.views.language import draw, language_of
from fulfillment.tracking.wallet import is_on
from fulfillment.tracking.wording import acts_in
from notifications.channels.vapid import public_key
from orders.access import public


@public
@require_safe
@may_lag
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page; unknown and expired links get the same 404."""
    now, true_at = timezone.now(), read_at()
    tracked = find_tracked(token, now)
    if tracked is None:
        return not_found(request)
    language = language_of(request, tracked.order.language)
    page = _page(tracked, now, language)
    personal = _personal(request, tracked, now, language)
    context = {
        "page": page,
        "personal": personal,
        "say": acts_in(language),
        "token": token,
        "here": request.path,
        "brand": tracked.order.seller_id,
        "etag": _etag(page, personal),
        "checked": _clock(tracked, true_at, language),
        "push_key": public_key(),
        "has_wallet": is_on(),
        "can_return": page_words(language).can_return.format(until=page.last_day_to_ask),
    }
    response = draw(request, "track/page.jinja", context, language=language)
    return private(response)


@public
@require_safe
@may_lag
def state(request: HttpRequest, token: str) -> HttpResponse:
    """Return the page as JSON for its script; 304 while the ETag is unchanged."""
    now, true_at = timezone.now(), read_at()
    tracked = find_tracked(token, now)
    if tracked is None:
        return not_found(request)
    language = language_of(request, tracked.order.language)
    page = _page(tracked, now, language)
    personal = _personal(request, tracked, now, language)
    etag = _etag(page, personal)
    response = get_conditional_response(request, etag=etag, response=None)
    response = response or JsonResponse(_shown(page, personal), headers={"ETag": etag})
    # Also of a 304: of when what the page shows is true, in the clock of the language.
    response["X-Checked"] = _clock(tracked, true_at, language)
    response["Content-Language"] = language
    patch_vary_headers(response, ["Cookie"])
    return private(response)


def not_found(request: HttpRequest) -> HttpResponse:
    """Return the same 404 for every invalid link."""
    language = language_of(request)
    context = {"say": acts_in(language)}
    response = draw(request, "track/not_found.html", context, language=language, status=404)
    return private(response)


def private(response: HttpResponse, *, referrer: str = "no-referrer") -> HttpResponse:
    """Add headers that keep the secret URL private: no cache, no index, no referrer."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = referrer
    return response


def _page(tracked: Tracked, now: datetime, language: str) -> TrackPage:
    delivered = any(line.delivered > line.returned for line in tracked.lines)
    can_return = delivered and bool(requestable_units(tracked))
    return describe(tracked, now, can_return=can_return, language=language)


def _personal(
    request: HttpRequest, tracked: Tracked, now: datetime, language: str
) -> Personal | None:
    """The second level, where it is proven that the order is theirs; else none of it is loaded."""
    return personal_part(tracked, now, language) if is_proven(request, tracked.order.pk) else None


def _shown(page: TrackPage, personal: Personal | None) -> dict[str, Any]:
    return asdict(page) | {"personal": personal and asdict(personal)}


def _etag(page: TrackPage, personal: Personal | None) -> str:
    return quote_etag(sha256(repr((page, personal)).encode()).hexdigest()[:32])


def _clock(tracked: Tracked, true_at: datetime, language: str) -> str:
    local = true_at.astimezone(ZoneInfo(tracked.order.time_zone))
    return words.Voice(language, local.date()).hour(local)
