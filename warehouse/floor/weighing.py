"""The weight check of a closed box: what it should weigh, and whether its weight tells anything.

The tolerance is the greatest of 3 % of the weight, half the lightest unit, and what the scale and
the box vary by. A missing unit shows where its weight is above the tolerance by what they vary by;
elsewhere the check says that it cannot tell.
"""

from collections.abc import Sequence
from typing import NamedTuple

from orders.words import say

SCALE_GRAMS = 5  # the step of a bench scale
PERCENT = 3
FITS, CANNOT_TELL, OFF = "fits", "cannot_tell", "off"


class Packed(NamedTuple):
    """Units of one product in a box; `grams` of one unit, 0 where nobody has entered it."""

    name: str
    grams: int
    units: int


class Tare(NamedTuple):
    """The weight of an empty box with its filling, in grams, and by how much it varies."""

    grams: int
    varies: int


class Judgement(NamedTuple):
    """`verdict` is FITS, CANNOT_TELL or OFF; `why` says the two latter, as a clause."""

    verdict: str
    why: str = ""


def judge(contents: Sequence[Packed], tare: Tare | None, measured: int) -> Judgement:
    """Compare the `measured` grams of a box with those of its contents and of the empty box."""
    known = [packed for packed in contents if packed.grams]
    net = sum(packed.grams * packed.units for packed in known)
    lightest = min((packed.grams for packed in known), default=0)
    noise = SCALE_GRAMS + (tare.varies if tare else 0)
    expected = net + (tare.grams if tare else 0)
    tolerance = max(-(-expected * PERCENT // 100), -(-lightest // 2), noise)
    bare = next((packed for packed in contents if not packed.grams), None)
    if measured < expected - tolerance:
        return Judgement(OFF, _lighter(known, expected, tolerance, measured))
    if bare:
        return Judgement(CANNOT_TELL, say("nobody has entered what {name} weighs", name=bare.name))
    if tare is None:
        return Judgement(CANNOT_TELL, say("nobody has chosen the box"))
    if measured > expected + tolerance:
        return Judgement(OFF, _heavier(known, expected, tolerance, measured))
    if lightest < tolerance + noise:
        return Judgement(
            CANNOT_TELL,
            say(
                "a unit of {lightest} g is too light to show in {expected} g",
                lightest=lightest,
                expected=expected,
            ),
        )
    return Judgement(FITS)


def _lighter(known: Sequence[Packed], expected: int, tolerance: int, measured: int) -> str:
    lacks = _fitting(known, expected - measured, tolerance)
    hint = f": {say('1 × {title} may be missing', title=lacks)}" if lacks else ""
    return say(
        "it weighs {measured} g, and should weigh at least {number} g{hint}",
        measured=measured,
        number=expected - tolerance,
        hint=hint,
    )


def _heavier(known: Sequence[Packed], expected: int, tolerance: int, measured: int) -> str:
    more = _fitting(known, measured - expected, tolerance)
    hint = f": {say('1 × {title} may be too many', title=more)}" if more else ""
    return say(
        "it weighs {measured} g, and should weigh at most {number} g{hint}",
        measured=measured,
        number=expected + tolerance,
        hint=hint,
    )


def _fitting(known: Sequence[Packed], difference: int, tolerance: int) -> str:
    """The product one unit of which is the difference, where there is only one such."""
    names = {packed.name for packed in known if abs(packed.grams - difference) <= tolerance}
    return names.pop() if len(names) == 1 else ""
