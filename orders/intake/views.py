"""The door of shops: verify the signature of a call, keep it as it came, and say so."""

from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.access import public
from orders.accounts.connections import valid_secrets
from orders.errors import DomainError
from orders.intake.calls import keep_call
from orders.models import SalesChannel
from orders.row_security import ALL_SELLERS, narrow_to, reach_of, seeing
from orders.shops import SHOPS, shop_of
from orders.shops.base import Payload, Pinging

UNKNOWN = "Unknown channel or wrong signature."


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
    channel = _open_channel(channel_id)
    if channel is not None and _is_signed(channel, payload):
        narrow_to(reach_of(sellers=[channel.seller_id]))
        try:
            call = keep_call(channel, payload)
        except DomainError:
            return _refused(401, UNKNOWN)
        return JsonResponse({"call": str(call.pk), "status": "kept"})
    shop = shop_of(channel) if channel else None
    if isinstance(shop, Pinging) and shop.is_ping(body):
        return JsonResponse({"status": "ignored"})
    return _refused(401, UNKNOWN)


def _open_channel(channel_id: UUID) -> SalesChannel | None:
    """The channel, where it is one of a shop and not closed."""
    with seeing(ALL_SELLERS):
        return (
            SalesChannel.objects.select_related("seller__warehouse")
            .filter(pk=channel_id, is_active=True, kind__in=SHOPS)
            .first()
        )


def _is_signed(channel: SalesChannel, payload: Payload) -> bool:
    """Whether a secret of the channel signed these raw bytes: the only authentication."""
    shop = shop_of(channel)
    return shop is not None and any(
        shop.verify(payload, secret) for secret in valid_secrets(channel)
    )


def _refused(status: int, problem: str) -> JsonResponse:
    return JsonResponse({"errors": [{"field": "", "problem": problem}]}, status=status)
