"""The registry of figures: what each counts, in plain words, and what is the share of what."""

from dataclasses import dataclass

from orders.models import NumberFact

_N, _O = NumberFact.Number, NumberFact.Outcome
# Under so many nothing is said in percent: three of four is no 75 %.
FEW = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of the facts of a number: those with the outcomes `counted`, of all `outcomes`.

    `outcomes` is empty where they are reasons, as of returns, and all of them are only counted.
    `less_is_better`: whether a rise is bad news. `by_carrier`: whether a carrier has a part in it.
    """

    code: str
    number: str
    title: str
    things: str
    meaning: str
    outcomes: tuple[str, ...]
    counted: tuple[str, ...] = ()
    less_is_better: bool = False
    by_carrier: bool = True

    @property
    def is_part(self) -> bool:
        """Whether another figure counts the same facts, of which this one is about a part."""
        return self.code != self.number

    def behind(self, outcome: str) -> tuple[str, ...]:
        """The outcomes of the rows behind it, all or of one outcome; empty: whatever it is."""
        if outcome:
            return (outcome,)
        return self.counted if self.is_part else ()


WINDOW = (_O.INSIDE, _O.TOO_EARLY, _O.TOO_LATE, _O.NOT_THERE)
FIGURES = (
    Figure(
        "window",
        _N.WINDOW,
        "Inside the first window",
        "parcels",
        "Parcels that came within the first window that the customer was told. A later date that "
        "we set does not count; a day that the customer chose does. A pickup point that the "
        "customer chose is where the parcel had to come. Each counts on the day on which that "
        "window ended. What was not there by then counts too, also if it has not left yet.",
        WINDOW,
        (_O.INSIDE,),
    ),
    Figure(
        "early",
        _N.WINDOW,
        "Early",
        "parcels",
        "Of the same parcels those that came before the first window opened. They are no success: "
        "nobody may have been at home.",
        WINDOW,
        (_O.TOO_EARLY,),
        less_is_better=True,
    ),
    Figure(
        "ship",
        _N.SHIP,
        "Shipped on time",
        "shipments",
        "Shipments whose last parcel was handed over by the ship-by time, which the cut-off sets "
        "when the order is accepted. Each counts on the day of that time. What has not left by "
        "then is late, whatever held it up: your holds and missing stock count too. What waits "
        "for stock is no shipment yet.",
        (_O.ON_TIME, _O.TARDY, _O.NOT_LEFT),
        (_O.ON_TIME,),
    ),
    Figure(
        "cycle",
        _N.CYCLE,
        "Accepted to handed over",
        "parcels",
        "From the moment the order was accepted here until the parcel was handed over to the "
        "carrier, nights, weekends and holds included. Each parcel counts on the day it left. "
        "Median: half of the parcels took no longer. 9 of 10: nine of ten took no longer.",
        (_O.LEFT,),
        (_O.LEFT,),
        less_is_better=True,
    ),
    Figure(
        "attempt",
        _N.ATTEMPT,
        "First attempt",
        "parcels",
        "Parcels that were delivered at the first attempt, or brought to a pickup point that the "
        "customer had chosen. A failed attempt stays one, also if the second went well. Each "
        "counts on the day of its first attempt.",
        (_O.AT_ONCE, _O.NOT_AT_ONCE),
        (_O.AT_ONCE,),
    ),
    Figure(
        "perfect",
        _N.PERFECT,
        "Perfect orders",
        "orders",
        "Orders of which each parcel came inside its first window, every unit that was ordered was "
        "delivered, nothing was lost or damaged, the customer reported no problem and sent "
        "nothing back as damaged, wrong or not as described. Cancelled units make an order "
        "incomplete; orders that were cancelled whole are left out. Each counts on the day on "
        "which its last window ended.",
        (_O.PERFECT, _O.UNTIMELY, _O.INCOMPLETE, _O.FAULTY),
        (_O.PERFECT,),
    ),
    Figure(
        "fill",
        _N.FILL,
        "Fill rate",
        "order lines",
        "Order lines of which no unit ever had to wait for stock, also not because a picker found "
        "fewer. Each counts on the day on which stock was first reserved for it, or was missing.",
        (_O.FILLED, _O.SHORT),
        (_O.FILLED,),
        by_carrier=False,
    ),
    Figure(
        "returns",
        _N.RETURNS,
        "Returns",
        "returns",
        "Returns by the reason that was given; also parcels that came back undelivered, and those "
        "that nobody had announced. Cancelled ones are left out. Each counts on the day it was "
        "requested.",
        (),
        less_is_better=True,
    ),
)
BY_CODE = {figure.code: figure for figure in FIGURES}
