"""Row-level security: which sellers' rows the statements of this thread may touch.

PostgreSQL checks each row of a tenant's table against the setting `portal.sees` (the policies are
in `orders/models/policies.py`); empty or not set, it shows nothing. What the connection has is
compared with the reach of the thread before each statement. Where it is another one, the setting
goes before the statement, in the same round trip: on the session where the statement stands alone,
local to its transaction in one. So no statement runs with what another request saw, and most cost
nothing.
"""

import re
import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
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
IDS = re.compile(r"\{[0-9a-f]{8}[0-9a-f,-]*\}")
SET = "SELECT set_config('portal.sees', {}"


@dataclass(frozen=True, eq=False)
class _Sight:
    """A reach from where it was set to where it ends: a request, or a block.

    What a function finds may be other sellers later, so that its setting is good for this sight
    only; one that names its sellers is good for whoever has the same.
    """

    reach: Reach

    @property
    def mark(self) -> object:
        """What two sights have in common if one may use the setting of the other."""
        return self if "(" in self.reach else self.reach


# By connection: the setting of the session, and that of the open transaction where it has one.
_carried: "weakref.WeakKeyDictionary[Connection[Any], object]" = weakref.WeakKeyDictionary()
_local: "weakref.WeakKeyDictionary[Connection[Any], object]" = weakref.WeakKeyDictionary()
_sight: ContextVar[_Sight | None] = ContextVar("sight", default=None)
_process: list[_Sight] = [_Sight(NO_SELLER)]


def reach_of(*, sellers: Collection[UUID] = (), buildings: Collection[UUID] = ()) -> Reach:
    """The rows of these sellers, and of these warehouses with all sellers they serve."""
    if not sellers and not buildings:
        return NO_SELLER
    if not buildings:
        return Reach(_array(sellers))
    return Reach(f"portal_building({_array(sellers)}, {_array(buildings)})")


def reach_of_ids(ids: str) -> Reach:
    """The rows of these sellers and warehouses, as PostgreSQL writes an array of their ids.

    Read a moment ago, in this request: the connection keeps it for whoever sees the same next.
    """
    if not IDS.fullmatch(ids):
        raise ValueError("This is no array of ids.")
    return Reach(f"'{ids}'")


def narrow_to(reach: Reach) -> None:
    """From here on, this request sees the rows of `reach`."""
    present = _sight.get()
    if present is None or present.reach != reach:
        _sight.set(_Sight(reach))


@contextmanager
def seeing(reach: Reach) -> Iterator[None]:
    """See the rows of `reach` in the block; afterwards what was seen before it."""
    before = _sight.set(_Sight(reach))
    try:
        yield
    finally:
        _sight.reset(before)


@contextmanager
def narrowed_apart() -> Iterator[None]:
    """What the block narrows its reach to ends with it."""
    before = _sight.get()
    try:
        yield
    finally:
        _sight.set(before)


def work_for_all_sellers() -> None:
    """For workers and commands, which work for all sellers: all rows, but in requests."""
    _process[0] = _Sight(ALL_SELLERS)


def is_within_reach(driver: Connection[Any]) -> bool:
    """Whether the connection has the reach of this thread already: nothing has to be sent."""
    if driver.pgconn.transaction_status == TransactionStatus.IDLE:
        _local.pop(driver, None)
    sight = _sight.get() or _process[0]
    return sight.mark == _local.get(driver, _carried.get(driver, NO_SELLER))


@contextmanager
def reaching(driver: Connection[Any]) -> Iterator[str]:
    """The SQL that goes before the statement in the block, to give it the reach of this thread.

    Mostly none. Where the connection is in autocommit and the SQL is local to a transaction, the
    statement must be sent together with it; so behind a pooler, where the next statement may get
    another session.
    """
    if is_within_reach(driver):
        yield ""
        return
    sight = _sight.get() or _process[0]
    # Noted only after the statement: one that fails may take the setting back with it.
    if keeps_setting(driver):
        _carried[driver] = UNKNOWN
        yield SET.format(sight.reach or "''") + ", false);"
        _carried[driver] = sight.mark
        return
    if driver.pgconn.transaction_status != TransactionStatus.IDLE:
        _local[driver] = UNKNOWN
    yield SET.format(sight.reach or "''") + LOCAL
    if not driver.autocommit:
        _local[driver] = sight.mark


def keeps_setting(driver: Connection[Any]) -> bool:
    """Whether the session carries a setting that is made now from statement to statement."""
    is_idle = driver.pgconn.transaction_status == TransactionStatus.IDLE
    return is_idle and driver.autocommit and driver.prepare_threshold is not None


def note_setting(driver: Connection[Any], reach: Reach) -> None:
    """A statement of its own has set what the session sees, or may have: then UNKNOWN."""
    _carried[driver] = reach


def forget_transaction(driver: Connection[Any] | None) -> None:
    """Send the setting again: the transaction ends, or a savepoint may take it back."""
    if driver is not None:
        _local[driver] = UNKNOWN


def _array(ids: Collection[UUID]) -> str:
    return "'{" + ",".join(str(UUID(str(row))) for row in ids) + "}'"
