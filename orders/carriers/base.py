"""What every carrier gives us: a label for a box, its end, and its words turned into ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from orders.models import LabelRequest
from orders.states import PackageStatus


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends or receives a parcel; `country` is ISO 3166 alpha-2, empty where unknown."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    company: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A box that needs a label, as plain values: whoever asks a carrier reads no database.

    `key` is the idempotency key: under one key there is one label, however often it is asked for.
    """

    key: str
    package_id: UUID
    number: str
    weight_grams: int | None
    sender: Party
    receiver: Party


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A label to print, as the carrier drew it; `media_type` is one of `asking.LABEL_TYPES`."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Label:
    """What a carrier gives for one box: the number under which it travels.

    Without a `label_file` we draw the label. To be voided, a label may have no number: its answer
    was lost, and only our `key` names it.
    """

    key: str
    tracking_number: str
    label_file: LabelFile | None = None


class CarrierError(Exception):
    """A carrier gave no label, or voided none; the text is safe to show to a worker and to keep.

    It may quote the carrier: what is no printable character, which a database may not take, goes.
    """

    cause: ClassVar[LabelRequest.Cause]

    def __init__(self, text: str) -> None:
        super().__init__("".join(char if char.isprintable() else " " for char in text))


class Refused(CarrierError):
    """The carrier will never do this: asking again is of no use."""

    cause = LabelRequest.Cause.REFUSED


class Unanswered(CarrierError):
    """Nobody was reached, or the answer was lost: the same key may be asked for again."""

    cause = LabelRequest.Cause.UNANSWERED


class Broken(CarrierError):
    """An answer that cannot be used, or a mistake of the adapter: somebody has to look.

    Its key is given up: what may have been made under it is voided.
    """

    cause = LabelRequest.Cause.BROKEN


class Carrier(Protocol):
    """One carrier; copy a neighbour and add it to `orders.carriers.CARRIERS`.

    `label` and `void` speak to the world outside. They end within `seconds`, and raise Refused or
    Unanswered; asked again with the same key, they answer the same.
    """

    name: str
    words: Mapping[str, PackageStatus]
    """What the carrier says of a package, and the status that it means to us."""

    def label(self, parcel: Parcel, *, seconds: float) -> Label:
        """The label of a packed box."""

    def void(self, label: Label, *, seconds: float) -> None:
        """End a label that nobody wants; one that was never made or is void already is fine."""

    def recognises(self, text: str) -> bool:
        """Is this a tracking number of the carrier, scanned or typed without an error?"""
