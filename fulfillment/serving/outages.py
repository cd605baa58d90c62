"""Answer 503 with Retry-After while PostgreSQL is away, restarting, full or overloaded."""

import logging

from django.http import HttpRequest, HttpResponse

from fulfillment.serving.answers import refuse

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
PROBLEM = "The service is not available just now. Try again in a moment."


def answer_outage(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The 503 of an outage, logged in one line: it comes with every request while it lasts."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    log.error("database unavailable: %s %s: %s", request.method, type(error).__name__, reason)
    return refuse(request, 503, PROBLEM, retry_after=RETRY_SECONDS)
