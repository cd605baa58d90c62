"""Shares of a discount or a tax in whole minor units, by the largest remainder: sums are exact."""

from collections.abc import Sequence


def split(total: int, weights: Sequence[int]) -> list[int]:
    """The share of each weight; together they are `total`, or nothing where no weight counts.

    Each is rounded down, and what is left over goes to the largest remainders, the first ones.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    largest = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in largest[: total - sum(shares)]:
        shares[place] += 1
    return shares


def of_units(total: int, units: int, begin: int, end: int) -> int:
    """What the units from `begin` to `end` have of a total that is for `units` of them.

    Neighbouring ranges add up: a part of the units, then the others, are exactly all of them.
    """
    return total * end // units - total * begin // units if units else 0
