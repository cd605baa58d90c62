"""Pictures of the products of an order, small, for its tracking page; of a gift none."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fulfillment.tracking.pictures import picture_of
from fulfillment.tracking.queries import find_tracked
from fulfillment.tracking.views.show import not_found
from orders.access import public
from orders.catalogue.pictures import BROKEN, small

SIDE = 112  # pixels: twice what the page shows, for sharp screens
KEPT_FOR = 86_400  # seconds; another picture has another address


@public
@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """Serve the picture of the product of a line, `of`; the page of the order shows it, too."""
    tracked = find_tracked(token, timezone.now())
    line = _id(request.GET.get("of", ""))
    if tracked is None or line is None or tracked.order.is_gift:
        return not_found(request)
    found = picture_of(tracked, line)
    if not found:
        return not_found(request)
    try:
        image = small(found, SIDE)
    except BROKEN:
        return not_found(request)
    response = HttpResponse(image, content_type="image/webp")
    response["Cache-Control"] = f"private, max-age={KEPT_FOR}, immutable"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
