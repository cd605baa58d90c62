"""Cluster picking: which shipments go onto one cart; a pure function, no database."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID


class Candidate(NamedTuple):
    """A shipment that waits; `rank` is its urgency, smallest first; `places` it is picked from."""

    shipment_id: UUID
    rank: tuple[object, ...]
    places: frozenset[str]
    together: UUID | None = None


def batched(candidates: Sequence[Candidate]) -> list[UUID]:
    """The shipments in the order in which they get a slot; the candidates come by urgency.

    What is due first goes first. Of those that are as urgent, next is the one that adds the fewest
    places to the walk, then the one that came first. What goes into one box stays side by side.
    """
    left, order = list(candidates), list[UUID]()
    visited: set[str] = set()
    while left:
        peers = [row for row in left if row.rank == left[0].rank]
        # The first one gives the walk its places: it would win by having few of them itself.
        best = min(peers, key=lambda row: len(row.places - visited)) if order else left[0]
        mates = [row for row in left if row.together and row.together == best.together]
        for row in [best, *(mate for mate in mates if mate is not best)]:
            left.remove(row)
            order.append(row.shipment_id)
            visited |= row.places
    return order
