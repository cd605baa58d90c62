"""A photo of what came back, by who inspected it: second level of the link, for its customer."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fulfillment.tracking.pictures import photo_of_return
from fulfillment.tracking.queries import find_tracked
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.views.verify import ask_proof
from orders.access import public


@public
@require_safe
def return_photo(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Serve a photo of units of a closed return that came used or damaged; of a gift none.

    Who has not proven whose the order is does that first, and comes to the tracking page.
    """
    tracked = find_tracked(token, timezone.now())
    if tracked is None or tracked.order.is_gift:
        return not_found(request)
    if ask := ask_proof(request, token, tracked.order.pk, "photo"):
        return ask
    image = photo_of_return(tracked, pk)
    if image is None:
        return not_found(request)
    return private(HttpResponse(image, content_type="image/webp"))
