"""Row-level security: which sellers' rows the statements of this thread may touch.

PostgreSQL checks each row of a tenant's table against the setting `portal.sees` (the policies are
in `orders/models/policies.py`); empty or not set, it shows nothing. Before each statement the
setting is made what the reach of the thread says: on the session where a statement stands alone
and the setting is another one, else before the statement, in the same round trip and local to its
transaction. So no statement runs with what another request saw, and most cost nothing.
"""

import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NewType
from uuid import UUID

from psycopg import Connection
from psycopg.pq import TransactionStatus

# SQL of a text: 'all', or an array of the ids of sellers and warehouses.
Reach = NewType("Reach", str)

NO_SELLER = Reach("")
ALL_SELLERS = Reach("'all'")
UNKNOWN = Reach("?")
# libpq's options of a connection outside Django, as of psql, that works for all sellers.
OPTIONS_FOR_ALL_SELLERS = "-c portal.sees=all"

LOCAL = ", true);"
SET = "SELECT set_config('portal.sees', {}"

# The setting of the session of each connection, and the connections in whose transaction it is, or
# was, another one.
_carried: "weakref.WeakKeyDictionary[Connection[Any], Reach]" = weakref.WeakKeyDictionary()
_changed: "weakref.WeakSet[Connection[Any]]" = weakref.WeakSet()
_reach: ContextVar[Reach | None] = ContextVar("reach", default=None)
_process: list[Reach] = [NO_SELLER]


def reach_of(*, sellers: Collection[UUID] = (), buildings: Collection[UUID] = ()) -> Reach:
    """The rows of these sellers, and of these warehouses with all sellers they serve."""
    if not sellers and not buildings:
        return NO_SELLER
    if not buildings:
        return Reach(_array(sellers))
    return Reach(f"portal_building({_array(sellers)}, {_array(buildings)})")


def narrow_to(reach: Reach) -> None:
    """From here on, this request sees the rows of `reach`."""
    _reach.set(reach)


@contextmanager
def seeing(reach: Reach) -> Iterator[None]:
    """See the rows of `reach` in the block; afterwards what was seen before it."""
    before = _reach.set(reach)
    try:
        yield
    finally:
        _reach.reset(before)


def work_for_all_sellers() -> None:
    """For workers and commands, which work for all sellers: all rows, but in requests."""
    _process[0] = ALL_SELLERS


@contextmanager
def reaching(driver: Connection[Any]) -> Iterator[str]:
    """The SQL that goes before the statement in the block, to give it the reach of this thread.

    Mostly none. Where the connection is in autocommit and the SQL is local to a transaction, the
    statement must be sent together with it.
    """
    reach = _reach.get()
    if reach is None:
        reach = _process[0]
    carried = _carried.get(driver, NO_SELLER)
    is_alone = driver.autocommit and driver.pgconn.transaction_status == TransactionStatus.IDLE
    if is_alone:
        _changed.discard(driver)
    if reach == carried and driver not in _changed:
        yield ""
    elif is_alone and _may_be_carried(driver, reach):
        # What fails may take the setting back with it.
        _carried[driver] = UNKNOWN
        yield SET.format(reach or "''") + ", false);"
        _carried[driver] = reach
    else:
        if not is_alone:
            _changed.add(driver)
        yield SET.format(reach or "''") + LOCAL


def _may_be_carried(driver: Connection[Any], reach: Reach) -> bool:
    """Not what a function finds, which may be other rows later; not on a pooler's connection."""
    return driver.prepare_threshold is not None and "(" not in reach


def _array(ids: Collection[UUID]) -> str:
    return "'{" + ",".join(str(UUID(str(row))) for row in ids) + "}'"
