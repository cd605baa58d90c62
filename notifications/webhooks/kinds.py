"""The kinds of events that an endpoint may ask for; without a choice it hears of all."""

from orders.event_kinds import event_kinds

TEST = "webhook.test"


def _groups() -> dict[str, list[str]]:
    """Heading -> kinds, as they are listed.

    A chosen kind brings its undo along: who heard that a box was packed hears that it was not.
    """
    found: dict[str, list[str]] = {}
    for kind in event_kinds().values():
        if kind.heading:
            found.setdefault(kind.heading, []).append(kind.name)
    return found


GROUPS = _groups()
KINDS = frozenset(kind for kinds in GROUPS.values() for kind in kinds)
