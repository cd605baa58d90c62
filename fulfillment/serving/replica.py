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
from datetime import datetime, timedelta
from functools import cache, wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connections
from django.db.transaction import atomic
from django.db.utils import load_backend
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
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
# A place in the log is counted in bytes from its beginning.
WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
REPLAYED = "pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint"
BEGIN = f"BEGIN READ ONLY; SELECT CASE WHEN pg_is_in_recovery() THEN {REPLAYED} ELSE -1 END"
NOWHERE = -1  # of a server that is no standby

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


class Standing(NamedTuple):
    """How the standby stands: whether pages are read there now, and how many bytes it lacks."""

    is_read: bool
    lacks: int | None  # None where it does not answer, or is no standby


_seen = threading.local()  # `ago`: how many seconds old is what this thread reads


def read_at() -> datetime:
    """The moment of which what this thread reads is sure to be the state.

    That is now on the primary, and on the standby some moments ago. Ask it before you read.
    """
    ago: float = getattr(_seen, "ago", 0.0)
    return timezone.now() - timedelta(seconds=ago)


def standing() -> Standing | None:
    """How the standby of this portal stands, None where there is none."""
    return None if settings.READ_DATABASE is None else _replica().standing()


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
        self.written: deque[tuple[float, int]] = deque(maxlen=32)
        self.rests_until = float("-inf")

    def answer(self, ask: Callable[[], HttpResponse]) -> HttpResponse:
        """What `ask` answers with this thread's default connection to the standby, if it can."""
        now = time.monotonic()
        if now >= self.rests_until:
            self._note_written(now)
            try:
                with self._reading() as replayed:
                    response = ask() if self._may_read(replayed, now) else None
                if response is not None and response.status_code in COMPLETE:
                    return response
            except Http404:
                pass  # it may have come since
            except Error as error:
                self._told(error)
            finally:
                _seen.ago = 0.0
        return ask()

    def standing(self) -> Standing:
        """Ask the standby now, as for a page."""
        now = time.monotonic()
        if now < self.rests_until:
            return Standing(is_read=False, lacks=None)
        written = self._note_written(now, is_wanted=True)
        try:
            with self._reading() as replayed:
                is_read = self._may_read(replayed, now)
        except Error as error:
            self._told(error)
            return Standing(is_read=False, lacks=None)
        finally:
            _seen.ago = 0.0
        lacks = None if replayed == NOWHERE else max(0, written - replayed)
        return Standing(is_read, lacks)

    def _note_written(self, now: float, *, is_wanted: bool = False) -> int:
        """Ask the primary now and then, or at once, up to where its log is written."""
        often = settings.READ_DATABASE_SECONDS / 4
        if is_wanted or not self.written or now - self.written[-1][0] > often:
            with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
                cursor.execute(WRITTEN)
                self.written.append((now, cursor.fetchone()[0]))
        return self.written[-1][1]

    def _may_read(self, replayed: int, now: float) -> bool:
        """Whether who has replayed so much is new enough; notes how old it is at most."""
        ago = min((now - at for at, place in list(self.written) if place <= replayed), default=None)
        if ago is None or ago > settings.READ_DATABASE_SECONDS:
            return False
        _seen.ago = ago
        return True

    @contextmanager
    def _reading(self) -> Iterator[int]:
        """In the block all statements of this thread go to the standby; how far that is."""
        wrapper, primary = self._connection(), connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = wrapper
        try:
            with atomic():
                yield _begin(wrapper)
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


def _begin(wrapper: Any) -> int:
    """Begin a transaction there; up to which place it has replayed, or NOWHERE.

    By hand, for no driver stops waiting for a server that hangs.
    """
    with wrapper.wrap_database_errors:
        driver = wrapper.connection.pgconn
        driver.send_query(BEGIN.encode())
        driver.flush()
        ends = time.monotonic() + ANSWER_SECONDS
        poll = select.poll()
        poll.register(driver.socket, select.POLLIN)
        found = b"-1"
        while True:
            while driver.is_busy():
                if not poll.poll(max(0, ends - time.monotonic()) * 1000):
                    wrapper.close()
                    raise OperationalError("no answer")
                driver.consume_input()
            result = driver.get_result()
            if result is None:
                return int(found)
            if result.status == ExecStatus.TUPLES_OK:
                found = result.get_value(0, 0) or found
            elif result.status != ExecStatus.COMMAND_OK:
                raise OperationalError(result.error_message.decode(errors="replace"))


@cache
def _replica_at(_name: str, _host: str, _port: str) -> Replica:
    return Replica()


def _replica() -> Replica:
    place: dict[str, Any] = settings.READ_DATABASE or {}
    return _replica_at(place["NAME"], place["HOST"], place["PORT"])
