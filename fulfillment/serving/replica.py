"""Reads pages that may be a moment old from a hot standby of PostgreSQL, where there is one.

A page is read there whole or not at all. This process asks the primary now and then up to where
its log (WAL) is written; the standby answers a page only if it has replayed what was written there
READ_DATABASE_SECONDS ago, which needs no clock but ours. Where it has not, is away, refuses a
statement or does not find what is asked for, the view is asked again, on the primary. Whoever has
just sent a form reads the primary until the standby must have what it did.
"""

import logging
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connections
from django.db.transaction import atomic
from django.db.utils import load_backend
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from psycopg.pq import ExecStatus

from fulfillment.serving.answers import PROGRAMS
from orders.statements import DatabaseAway, is_crowded

log = logging.getLogger(__name__)

ACTED = "acted"  # the cookie of who has just sent a form
# Who has proved whose order it is sees buttons there, and what they press is of the present.
READS_PRIMARY = (ACTED, "track_proof")
SAFE = ("GET", "HEAD")
COMPLETE = (200, 304)  # what is not there may have come since
ANSWER_SECONDS = 0.5  # a standby that is silent for longer hangs
REST_SECONDS = 10.0  # and is asked again only then
WRITTEN = "SELECT pg_current_wal_insert_lsn()"
BEGIN = (
    "BEGIN READ ONLY;"
    "SELECT coalesce(pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= '{}', false)"
)

Asked = ParamSpec("Asked")
Request = TypeVar("Request", bound=HttpRequest)
View = Callable[Concatenate[Request, Asked], HttpResponse]


def may_lag(view: View[Request, Asked]) -> View[Request, Asked]:
    """A view that only reads, and whose page may be READ_DATABASE_SECONDS old.

    It stands below `role_required`: whoever asks is looked up on the primary.
    """

    @wraps(view)
    def ask(request: Request, /, *args: Asked.args, **kwargs: Asked.kwargs) -> HttpResponse:
        is_read = request.method in SAFE and not any(map(request.COOKIES.get, READS_PRIMARY))
        if settings.READ_DATABASE is None or not is_read:
            return view(request, *args, **kwargs)
        return _replica().answer(lambda: view(request, *args, **kwargs))

    return ask


class ActedMiddleware:
    """Marks the browser of who sent a form until the standby must have what was done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_form = request.method not in SAFE and not request.path_info.startswith(PROGRAMS)
        if settings.READ_DATABASE is not None and is_form:
            response.set_cookie(
                ACTED,
                "1",
                max_age=settings.READ_DATABASE_SECONDS + 1,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


class Replica:
    """The standby: a connection a thread, and how far the primary was at some moments."""

    def __init__(self) -> None:
        self.kept = threading.local()
        self.written: deque[tuple[float, str]] = deque(maxlen=32)
        self.rests_until = float("-inf")

    def answer(self, ask: Callable[[], HttpResponse]) -> HttpResponse:
        """What `ask` answers with this thread's default connection to the standby, if it can."""
        if time.monotonic() >= self.rests_until and (least := self._least()):
            try:
                with self._reading(least) as is_there:
                    response = ask() if is_there else None
                if response is not None and response.status_code in COMPLETE:
                    return response
            except Http404:
                pass  # it may have come since
            except Error as error:
                self._told(error)
        return ask()

    def _least(self) -> str:
        """Where the primary's log was written to as long ago as a page may be old."""
        oldest, now = settings.READ_DATABASE_SECONDS, time.monotonic()
        if not self.written or now - self.written[-1][0] > oldest / 4:
            with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
                cursor.execute(WRITTEN)
                self.written.append((now, cursor.fetchone()[0]))
        return next(place for at, place in list(self.written) if now - at <= oldest)

    @contextmanager
    def _reading(self, least: str) -> Iterator[bool]:
        """In the block all statements of this thread go to the standby, if it is far enough."""
        wrapper, primary = self._connection(), connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = wrapper
        try:
            with atomic():
                yield _begin(wrapper, least)
        finally:
            connections[DEFAULT_DB_ALIAS] = primary

    def _connection(self) -> Any:
        """That of this thread. While one waits for a new one, the others read the primary."""
        wrapper = getattr(self.kept, "wrapper", None)
        if wrapper is None:
            given = connections[DEFAULT_DB_ALIAS].settings_dict | (settings.READ_DATABASE or {})
            wrapper = load_backend(given["ENGINE"]).DatabaseWrapper(given, DEFAULT_DB_ALIAS)
            self.kept.wrapper = wrapper
        wrapper.close_if_unusable_or_obsolete()
        if wrapper.connection is None:
            self.rests_until = time.monotonic() + REST_SECONDS
            wrapper.ensure_connection()
            self.rests_until = float("-inf")
        wrapper.health_check_done = True  # which would wait for a server that hangs
        return wrapper

    def _told(self, error: Error) -> None:
        """Leave the standby alone for a while if it is away; a refused statement is no reason."""
        reason = type(error).__name__  # of a statement: its text may hold what was asked for
        if isinstance(error, DatabaseAway) and not is_crowded(error):
            self.rests_until = time.monotonic() + REST_SECONDS
            self.kept.wrapper.close()
            reason = (str(error).strip().splitlines() or [reason])[0]
        log.warning("the primary is read instead of the replica: %s", reason)


def _begin(wrapper: Any, least: str) -> bool:
    """Begin a transaction there; whether it has replayed all up to `least`.

    By hand, for no driver stops waiting for a server that hangs.
    """
    with wrapper.wrap_database_errors:
        driver = wrapper.connection.pgconn
        driver.send_query(BEGIN.format(least).encode())
        driver.flush()
        ends = time.monotonic() + ANSWER_SECONDS
        poll = select.poll()
        poll.register(driver.socket, select.POLLIN)
        found = b""
        while True:
            while driver.is_busy():
                if not poll.poll(max(0, ends - time.monotonic()) * 1000):
                    wrapper.close()
                    raise OperationalError("no answer")
                driver.consume_input()
            result = driver.get_result()
            if result is None:
                return found == b"t"
            if result.status == ExecStatus.TUPLES_OK:
                found = result.get_value(0, 0) or b""
            elif result.status != ExecStatus.COMMAND_OK:
                raise OperationalError(result.error_message.decode(errors="replace"))


@cache
def _replica_at(_name: str, _host: str, _port: str) -> Replica:
    return Replica()


def _replica() -> Replica:
    place: dict[str, Any] = settings.READ_DATABASE or {}
    return _replica_at(place["NAME"], place["HOST"], place["PORT"])
