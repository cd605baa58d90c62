"""The door of shops: verify the signature of a call, keep it as it came, and say so."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.access import public
from orders.accounts.connections import valid_secrets
from orders.intake.calls import keep_call
from orders.models import SalesChannel
from orders.row_security import ALL_SELLERS, narrow_to, reach_of, seeing
from orders.shops import SHOPS
from orders.shops.base import Payload


@public
@csrf_exempt
@require_POST
def receive_call(request: HttpRequest, channel_id: UUID) -> JsonResponse:
    """Keep a call of a shop; a worker reads it. What cannot be read is shown to the seller."""
    try:
        body = request.body
    except RequestDataTooBig:
        return _refused(413, "The body is larger than 1 MB.")
    payload = Payload(body, {name.lower(): value for name, value in request.headers.items()})
    channel = _signed_channel(channel_id, payload)
    if channel is None:
        return _refused(401, "Unknown channel or wrong signature.")
    call = keep_call(channel, payload)
    return JsonResponse({"call": str(call.pk), "status": "kept"})


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


def _refused(status: int, problem: str) -> JsonResponse:
    return JsonResponse({"errors": [{"field": "", "problem": problem}]}, status=status)
