"""Event kinds that a worker can undo and that have messages."""

from notifications.kinds.routes import ROUTES
from orders.event_kinds import UNDONE, event_kinds
from orders.models import Event

# Messages of these kinds are held for a while before they are sent.
UNDOABLE = frozenset(
    kind for kind in ROUTES if kind in event_kinds() and event_kinds()[kind].is_undoable
)
# What may be taken back only as long as nobody was told: held as long, and never corrected.
TAKEN_BACK = frozenset({"return.refunded"})


def undone_kind(event: Event) -> str:
    """Return the kind of the event that this one undoes, "" if it is no undo."""
    kind = event.kind.removesuffix(UNDONE)
    return kind if kind != event.kind and kind in UNDOABLE else ""
