"""The order as a file for Apple Wallet, where the operator has set it up."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fulfillment.tracking.queries import find_tracked, placed_at
from fulfillment.tracking.views.language import language_of
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.wallet import MEDIA_TYPE, contents, is_on, package
from orders.access import public


@public
@require_safe
def wallet(request: HttpRequest, token: str) -> HttpResponse:
    """Serve the signed package of the order; without a certificate there is none."""
    now = timezone.now()
    tracked = find_tracked(token, now) if is_on() else None
    if tracked is None:
        return not_found(request)
    files = contents(
        tracked,
        now,
        placed_at=placed_at(tracked),
        page=f"{settings.SITE_URL}{reverse('track', args=[token])}",
        language=language_of(request, tracked.order.language),
    )
    response = HttpResponse(package(files), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = 'attachment; filename="order.order"'
    return private(response)
