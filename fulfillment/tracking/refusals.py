"""The page of a customer who asks too often; made without the database or a session."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from fulfillment.tracking.views.language import language_of, spoken_context


def too_many(request: HttpRequest, retry_after: int) -> HttpResponse:
    """Say in the customer's language when to try again; the order itself is not read."""
    language = language_of(request)
    context = {"seconds": retry_after, **spoken_context(language)}
    page = render_to_string("track/busy.html", context)
    return HttpResponse(page, status=429, headers={"Content-Language": language})
