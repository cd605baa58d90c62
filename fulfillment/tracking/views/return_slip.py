"""The slip of an approved return, as PDF to print."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fulfillment.serving.answers import refuse
from fulfillment.serving.rate_limits import TEN_MINUTES, TOO_MANY
from fulfillment.serving.rates import Limit, take
from fulfillment.tracking.queries import approved_return, find_tracked
from fulfillment.tracking.views.language import language_of
from fulfillment.tracking.views.show import not_found, private
from orders.access import public
from warehouse.documents.return_slip import return_slip

MOST = 20


@public
@require_safe
def slip(request: HttpRequest, token: str, number: str) -> HttpResponse:
    """Serve the slip of a return that is approved, and of no other: nothing else may be sent."""
    tracked = find_tracked(token, timezone.now())
    coming = approved_return(tracked, number) if tracked else None
    if tracked is None or coming is None:
        return not_found(request)
    # Drawn anew each time, for whoever has the link.
    if (wait := take(Limit("slip", str(tracked.order.pk), MOST, TEN_MINUTES))) is not None:
        return refuse(request, 429, TOO_MANY.format(wait), retry_after=wait)
    content = return_slip(coming, language_of(request, tracked.order.language))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="return-{coming.number}.pdf"'
    return private(response)
