"""What a seller gives customers for the way back: the label of a carrier, a code, or neither."""

from collections.abc import Iterator
from typing import NamedTuple

from orders.carriers import CARRIERS
from orders.carriers.base import CODE, LABEL, TakesReturns
from orders.models import Seller

BOTH = "both"
NAME = "label"  # in `Seller.return_choices`
HAND_INS = {LABEL: (LABEL,), CODE: (CODE,), BOTH: (LABEL, CODE)}


class Offer(NamedTuple):
    """Which carrier brings returns back, and how they are handed in: LABEL, CODE or BOTH."""

    carrier: str
    hand_in: str

    @property
    def wants(self) -> tuple[str, ...]:
        """What the carrier is asked for."""
        return HAND_INS[self.hand_in]

    def __str__(self) -> str:
        return f"{self.carrier}:{self.hand_in}"


def offers() -> Iterator[Offer]:
    """All that a seller may choose from, by carrier."""
    for code, carrier in CARRIERS.items():
        if isinstance(carrier, TakesReturns):
            for hand_in, wants in HAND_INS.items():
                if set(wants) <= set(carrier.hand_ins):
                    yield Offer(code, hand_in)


def offer_of(seller: Seller) -> Offer | None:
    """What a seller has chosen; None for nothing, or where that carrier is there no more."""
    chosen = seller.return_choices.get(NAME)
    return next((offer for offer in offers() if str(offer) == chosen), None)
