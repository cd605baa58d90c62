"""What every carrier gives us: a tracking number for a box, and its words turned into ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from orders.models import Package
from orders.states import PackageStatus


@dataclass(frozen=True, slots=True)
class Label:
    """What a carrier gives for one box: the number under which it travels."""

    tracking_number: str


class Carrier(Protocol):
    """One carrier; copy a neighbour and add it to `orders.carriers.CARRIERS`."""

    name: str
    words: Mapping[str, PackageStatus]
    """What the carrier says of a package, and the status that it means to us."""

    def label(self, package: Package) -> Label:
        """The label of a packed box; the same package always gets the same number."""

    def recognises(self, text: str) -> bool:
        """Is this a tracking number of the carrier, scanned or typed without an error?"""
