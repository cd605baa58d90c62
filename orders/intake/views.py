"""The webhook that shops call with new orders: verify the signature, then read the order."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.access import public
from orders.accounts.connections import valid_secrets
from orders.errors import InvalidInput
from orders.intake.acceptance import accept_orders
from orders.models import SalesChannel
from orders.row_security import ALL_SELLERS, narrow_to, reach_of, seeing
from orders.shops import SHOPS
from orders.shops.base import Ignored, IncomingOrder, Payload
from orders.shops.reading import NotJson


@public
@csrf_exempt
@require_POST
def receive_order(request: HttpRequest, channel_id: UUID) -> JsonResponse:
    """Accept an order from a shop's webhook; a repeated call is the same order."""
    try:
        body = request.body
    except RequestDataTooBig:
        return _refused(413, ("", "The body is larger than 1 MB."))
    payload = Payload(body, {name.lower(): value for name, value in request.headers.items()})
    channel = _signed_channel(channel_id, payload)
    if channel is None:
        return _refused(401, ("", "Unknown channel or wrong signature."))
    shop = SHOPS[channel.kind]
    if not shop.is_order(payload):
        return _ignored("only new orders are taken here", status=202)
    try:
        return _answer(channel, shop.read(payload))
    except NotJson as error:
        return _refused(400, ("", str(error)))
    except InvalidInput as error:
        return _refused(422, *error.problems)


def _signed_channel(channel_id: UUID, payload: Payload) -> SalesChannel | None:
    """The channel with a secret that signed these raw bytes, or None: the only authentication."""
    with seeing(ALL_SELLERS):
        channel = (
            SalesChannel.objects.select_related("seller__warehouse")
            .filter(pk=channel_id, is_active=True, kind__in=SHOPS)
            .first()
        )
    if channel is None:
        return None
    shop = SHOPS[channel.kind]
    if not any(shop.verify(payload, secret) for secret in valid_secrets(channel)):
        return None
    narrow_to(reach_of(sellers=[channel.seller_id]))
    return channel


def _answer(channel: SalesChannel, read: IncomingOrder | Ignored) -> JsonResponse:
    if isinstance(read, Ignored):
        return _ignored(read.why)
    result = accept_orders(channel, [read])[0]
    status = "accepted" if result.is_new else "already accepted"
    return JsonResponse({"order": str(result.order_id), "status": status, "why": ""})


def _ignored(why: str, *, status: int = 200) -> JsonResponse:
    return JsonResponse({"order": None, "status": "ignored", "why": why}, status=status)


def _refused(status: int, *problems: tuple[str, str]) -> JsonResponse:
    errors = [{"field": path, "problem": text} for path, text in problems]
    return JsonResponse({"errors": errors}, status=status)
