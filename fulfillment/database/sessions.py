"""Sessions in the database, as Django keeps them; read and saved by prepared statements."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone

from orders.prepared import PreparedQuery, parameter
from orders.statements import run
from orders.values.texts import is_storable

# Asked for in each request, before anybody knows whose it is.
SESSION = PreparedQuery(
    lambda: Session.objects.filter(session_key=parameter(1), expire_date__gt=parameter(2)),
    needs_reach=False,
)
# A list of scanned parcels is kept in it: saved with each scan.
SAVE = (
    "UPDATE django_session SET session_data = $2, expire_date = $3 WHERE session_key = $1 "
    "RETURNING true"
)


class SessionStore(db.SessionStore):
    """Django's, but for how a session is found."""

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
        found = SESSION.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
