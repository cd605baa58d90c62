"""Sessions in the database, as Django keeps them; read by a prepared statement."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from orders.statements import Kept, parameter
from orders.values.texts import is_storable

# Asked for in each request, before anybody knows whose it is.
SESSION = Kept(
    lambda: Session.objects.filter(session_key=parameter(1), expire_date__gt=parameter(2)),
    needs_reach=False,
)


class SessionStore(db.SessionStore):
    """Django's, but for how a session is found."""

    def _validate_session_key(self, key: str | None) -> bool:
        """A cookie that no column can hold, as with a NUL, is of no session."""
        django: Any = super()
        return bool(django._validate_session_key(key)) and is_storable(key or "")

    def _get_session_from_db(self) -> Session | None:
        found = SESSION.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
