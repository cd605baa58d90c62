"""/track/<token>/verify/: prove by postcode, or by a mailed code, whose order it is."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fulfillment.tracking.acting import order_to_prove
from fulfillment.tracking.levels import (
    is_proven,
    is_proven_by_code,
    may_be_mailed,
    plan_code,
    prove,
    try_code,
    try_postcode,
)
from fulfillment.tracking.mistakes import Place, mistakes_in
from fulfillment.tracking.page.page import describe
from fulfillment.tracking.queries import Tracked, find_tracked
from fulfillment.tracking.views.language import draw, language_of
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.wording import acts_in
from orders.access import public
from orders.models import Order

# Where the customer goes on; nothing else is believed of an address.
THEN = {
    "return": "track_return",
    "delivery": "track_delivery",
    "problem": "track_problem",
}
LONGEST = 100
REFUSED, LOCKED = 422, 429


@public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Show the ways to prove it; take a postcode or a code, or mail one."""
    tracked = find_tracked(token, timezone.now())
    if tracked is None:
        return not_found(request)
    order = order_to_prove(tracked)
    if request.method != "POST":
        return _page(request, tracked, order, {"is_sent": "sent" in request.GET})
    if "send" in request.POST:
        return _send(request, tracked, order, token)
    name = "code" if "code" in request.POST else "postcode"
    given = request.POST.get(name, "")[:LONGEST]
    tries: dict[str, Callable[..., bool | None]] = {"code": try_code, "postcode": try_postcode}
    answer = tries[name](request, order, given)
    if not answer:
        context = {"given": {name: given}, "is_sent": name == "code"}
        return _page(request, tracked, order, context, wrong=name, is_locked=answer is None)
    response = redirect(THEN.get(request.GET.get("then", ""), "track"), token=token)
    is_by_code = name == "code"
    if is_by_code or not is_proven_by_code(request, order.pk):  # the stronger proof stays
        prove(response, order.pk, reverse("track", args=[token]), by_code=is_by_code)
    return private(response)


def ask_proof(request: HttpRequest, token: str, order_id: UUID, then: str) -> HttpResponse | None:
    """A redirect to the proof, for a page of the second level; None where it was given."""
    if is_proven(request, order_id):
        return None
    return private(redirect(f"{reverse('track_verify', args=[token])}?then={then}"))


def _send(request: HttpRequest, tracked: Tracked, order: Order, token: str) -> HttpResponse:
    then = THEN.get(request.GET.get("then", ""), "") and f"&then={request.GET['then']}"
    response = redirect(f"{request.path}?sent=1{then}")
    path = reverse("track", args=[token])
    if not may_be_mailed(order) or plan_code(request, response, order, path):
        return private(response)
    return _page(request, tracked, order, {"is_sent": True}, wrong="send", is_locked=True)


def _page(
    request: HttpRequest,
    tracked: Tracked,
    order: Order,
    context: dict[str, Any],
    *,
    wrong: str = "",
    is_locked: bool = False,
) -> HttpResponse:
    """With `no-referrer` a browser would send `Origin: null`, which the CSRF check refuses."""
    language = language_of(request, order.language)
    say = acts_in(language)
    refusal = {"postcode": say.wrong_postcode, "code": say.wrong_code}.get(wrong, "")
    problem = say.locked if is_locked else refusal
    places = {"code": Place("code"), "postcode": Place("postcode")}
    context |= {
        "say": say,
        "page": describe(tracked, timezone.now(), can_return=False, language=language),
        "brand": tracked.order.seller_id,
        "token": request.resolver_match.kwargs["token"] if request.resolver_match else "",
        "wrong": wrong,
        "problem": problem,
        "mistakes": mistakes_in({wrong: problem} if wrong else {}, places),
        "has_postcode": bool(order.postcode),
        "has_email": may_be_mailed(order),
    }
    status = (LOCKED if is_locked else REFUSED) if wrong else 200
    response = draw(request, "track/verify.html", context, language=language, status=status)
    return private(response, referrer="same-origin")
