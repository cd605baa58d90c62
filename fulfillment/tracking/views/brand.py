"""The style sheet with the accent colour of a shop."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notifications.colours import stylesheet
from notifications.models import MessageSettings
from orders.access import public
from orders.row_security import narrow_to, reach_of

KEPT_FOR = 300  # seconds that a browser keeps the colour


@public
@require_safe
def brand(request: HttpRequest, seller_id: UUID) -> HttpResponse:
    """Serve the colour of a seller as CSS; empty for the default and for an unknown seller."""
    narrow_to(reach_of(sellers=[seller_id]))
    accents = MessageSettings.objects.filter(seller=seller_id).values_list("accent", flat=True)
    response = HttpResponse(stylesheet(next(iter(accents), "")), content_type="text/css")
    response["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return response
