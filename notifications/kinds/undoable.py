"""Events that a worker may take back, and which of them were told."""

from notifications.kinds.routes import ROUTES
from orders.event_kinds import UNDONE, event_kinds
from orders.models import Event

# Their messages wait for the undo a while.
UNDOABLE = frozenset(
    kind for kind in ROUTES if kind in event_kinds() and event_kinds()[kind].is_undoable
)


def undone_kind(event: Event) -> str:
    """The kind of the event that this one takes back, "" if it is no undo."""
    kind = event.kind.removesuffix(UNDONE)
    return kind if kind != event.kind and kind in UNDOABLE else ""
