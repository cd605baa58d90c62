"""The label of a return as its carrier drew it, for the customer to print."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fulfillment.tracking.acting import labels_to_use
from fulfillment.tracking.queries import find_tracked
from fulfillment.tracking.views.show import not_found, private
from fulfillment.tracking.views.verify import ask_proof
from orders.access import public
from orders.carriers.asking import LABEL_TYPES


@public
@require_safe
def label(request: HttpRequest, token: str, number: str) -> HttpResponse:
    """Serve it to whoever has proven that the order is theirs; one that is void is not found."""
    tracked = find_tracked(token, timezone.now())
    if tracked is None:
        return not_found(request)
    if ask := ask_proof(request, token, tracked.order.pk, ""):
        return ask
    rows = (row for row in labels_to_use(tracked) if row.order_return.number == number)
    found = next((row for row in rows if row.media_type in LABEL_TYPES), None)
    if found is None:
        return not_found(request)
    response = HttpResponse(bytes(found.file), content_type=found.media_type)
    name = f"return-label-{number}.{LABEL_TYPES[found.media_type]}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return private(response)
