"""Every address under /api/ that is none: a problem, or the way to the same one with its slash."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.views.decorators.csrf import csrf_exempt

from fulfillment.serving.answers import refuse
from orders.access import public

NO_ADDRESS = "There is no such address. {} describes those that there are."


# Nothing is done here, and a client of the API has no form whose token it could send.
@csrf_exempt
@public
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404; 308 where only the slash at the end is missing, which keeps method and body."""
    found = is_valid_path(f"{request.path_info}/")
    if not rest.endswith("/") and found and found.func is not unknown:
        return HttpResponsePermanentRedirect(
            request.get_full_path(force_append_slash=True), preserve_request=True
        )
    return refuse(request, 404, NO_ADDRESS.format("/api/v1/openapi.json"))
