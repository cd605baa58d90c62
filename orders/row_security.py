"""Row-level security: which sellers' rows the statements of this thread may touch.

PostgreSQL checks each row of a tenant's table against the setting `portal.sees` (the policies are
in `orders/models/policies.py`); empty or not set, it shows nothing. The setting travels with every
statement, in the same round trip and local to its transaction: nothing stays on the connection.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NewType
from uuid import UUID

# SQL of a text: 'all', or an array of the ids of sellers and warehouses.
Scope = NewType("Scope", str)

NO_SELLER = Scope("")
ALL_SELLERS = Scope("'all'")
# libpq's options of a connection outside Django, as of psql, that works for all sellers.
OPTIONS_FOR_ALL_SELLERS = "-c portal.sees=all"

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)
_process: list[Scope] = [NO_SELLER]


def scope_of(*, sellers: Collection[UUID] = (), buildings: Collection[UUID] = ()) -> Scope:
    """The rows of these sellers, and of these warehouses with all sellers they serve."""
    if not sellers and not buildings:
        return NO_SELLER
    if not buildings:
        return Scope(_array(sellers))
    return Scope(f"portal_building({_array(sellers)}, {_array(buildings)})")


def scope_of_order(tracking_hash: bytes) -> Scope:
    """The rows of the seller of one order, found by the hash of its tracking token."""
    return Scope(f"portal_seller_of('\\x{tracking_hash.hex()}')")


def narrow_to(scope: Scope) -> None:
    """From here on, this request sees the rows of `scope`."""
    _scope.set(scope)


@contextmanager
def seeing(scope: Scope) -> Iterator[None]:
    """See the rows of `scope` in the block; afterwards what was seen before it."""
    before = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(before)


def work_for_all_sellers() -> None:
    """For workers and commands, which work for all sellers: all rows, but in requests."""
    _process[0] = ALL_SELLERS


def prefix() -> str:
    """The SQL that goes before a statement, to give it the scope of this thread."""
    scope = _scope.get()
    if scope is None:
        scope = _process[0]
    return f"SELECT set_config('portal.sees', {scope}, true);" if scope else ""


def _array(ids: Collection[UUID]) -> str:
    return "'{" + ",".join(str(UUID(str(row))) for row in ids) + "}'"
