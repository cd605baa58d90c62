"""Answer 503 with Retry-After while PostgreSQL is away, restarting, full or overloaded."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from psycopg import Error

from fulfillment.serving.answers import refuse

log = logging.getLogger(__name__)

# The classes of errors of the server itself, not of a row or a statement: connection exception,
# insufficient resources (disk, memory, connections), operator intervention (shutdown, restart).
SERVER_ERRORS = ("08", "53", "57P")
# Errors of a statement that met too many others, and is right when it comes again: serialization
# failure and deadlock, lock not available, canceled by statement_timeout.
CROWDED = ("40", "55P03", "57014")
RETRY_SECONDS = 5
PROBLEM = "The service is not available just now. Try again in a moment."

DatabaseAway = (OperationalError, InterfaceError)


def is_outage(error: BaseException) -> bool:
    """Whether this is an error of the server or of a lost connection, not of a row or statement."""
    if not isinstance(error, DatabaseAway):
        return False
    state = error.__cause__.sqlstate if isinstance(error.__cause__, Error) else None
    # An error that the server did not send has no state: no connection, or a lost one.
    return state is None or state.startswith((*SERVER_ERRORS, *CROWDED))


def answer_outage(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The 503 of an outage, logged in one line: it comes with every request while it lasts."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    log.error("database unavailable: %s %s: %s", request.method, type(error).__name__, reason)
    return refuse(request, 503, PROBLEM, retry_after=RETRY_SECONDS)
