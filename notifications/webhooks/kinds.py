"""The event kinds that an endpoint may choose; without a choice it gets all."""

from orders.event_kinds import event_kinds

TEST = "webhook.test"


def _groups() -> dict[str, list[str]]:
    """Return {heading: kinds}, as the form lists them.

    A chosen kind includes its undo, which is not listed.
    """
    found: dict[str, list[str]] = {}
    for kind in event_kinds().values():
        if kind.heading:
            found.setdefault(kind.heading, []).append(kind.name)
    return found


GROUPS = _groups()
KINDS = frozenset(kind for kinds in GROUPS.values() for kind in kinds)
