"""Sessions in the database, as Django keeps them: found with their person, by one statement."""

from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone

from orders.accounts.signed_in import people
from orders.models import User
from orders.prepared import PreparedQuery, parameter
from orders.statements import run
from orders.values.texts import is_storable

# Asked for in each request, before anybody knows whose it is.
SESSION = PreparedQuery(
    lambda: Session.objects.filter(session_key=parameter(1), expire_date__gt=parameter(2)),
    needs_reach=False,
)
PERSON = PreparedQuery(lambda: people(parameter(3)))
COLUMNS = len(Session._meta.concrete_fields)
# Whose a session was when it was last used, by its key. A session says itself whose it is, but only
# Python can read that; so this decides nothing but which person is read in the same statement.
_whose: dict[str, UUID] = {}
MOST_KNOWN = 10_000
# A list of scanned parcels is kept in it: saved with each scan.
SAVE = (
    "UPDATE django_session SET session_data = $2, expire_date = $3 WHERE session_key = $1 "
    "RETURNING true"
)


class SessionStore(db.SessionStore):
    """Django's, but for how a session is found: with its person, where that is known."""

    person: User | None = None  # read with the session; for nobody to trust who has not compared it

    def know(self, person: User) -> None:
        """The session is this person's: from now on both are read in one statement."""
        if self.session_key is None or _whose.get(self.session_key) == person.pk:
            return
        if len(_whose) >= MOST_KNOWN:
            _whose.clear()
        _whose[self.session_key] = person.pk

    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie that no column can hold, as with a NUL, is of no session."""
        django: Any = super()
        return bool(django._validate_session_key(key)) and is_storable(key or "")

    def save(self, must_create: bool = False) -> None:
        """Save a session that is there; one that somebody has ended meanwhile is not made again."""
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        django: Any = self
        row = django.create_model_instance(django._get_session(no_load=False))
        given = [row.session_key, row.session_data, row.expire_date]
        if not run(SAVE, given, needs_reach=False):
            raise UpdateError

    def _get_session_from_db(self) -> Session | None:
        whose = _whose.get(self.session_key or "")
        given = self.session_key, timezone.now()
        found = self._with_person(*given, whose) if whose else SESSION.first(*given)
        if found is None:
            self._session_key = None
        return found

    def _with_person(self, *given: Any) -> Session | None:
        for columns in run(_both(), given, needs_reach=False):
            person = PERSON.row(columns[COLUMNS:])
            self.person = person if person.pk else None
            return SESSION.row(columns[:COLUMNS])
        return None


@cache
def _both() -> str:
    """The session `$1` that is good at `$2`, and the person `$3`, if there is one."""
    return f"SELECT * FROM ({SESSION.sql}) AS kept LEFT JOIN ({PERSON.sql}) AS person ON true"  # noqa: S608 - of ours
