"""The interface of carriers: create a label, void it, map its status words to ours."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable
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
    """A box that needs a label, as plain values: an adapter reads no database.

    `key` is the idempotency key: one key is one label, however often it is sent. Of a return
    `package_id` is the id of its label, `number` its RMA number, and the customer sends it.
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
    """The label of one box: its tracking number, and the file to print.

    Without a `label_file` we draw the label. A label to void may have no number: the answer was
    lost, and only our `key` identifies it. `code` is of a return: what a QR code says by which the
    counter of the carrier prints the label itself.
    """

    key: str
    tracking_number: str
    label_file: LabelFile | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a carrier reports of a parcel: one of its status words, and when by its clock.

    `at` is None where its moment cannot be read.
    """

    word: str
    at: datetime | None


class CarrierError(Exception):
    """A carrier gave no label, or voided none; the text is safe to show to a worker and to keep.

    It may quote the carrier: what is no printable character, which a database may not take, goes.
    """

    cause: ClassVar[LabelRequest.Cause]

    def __init__(self, text: str) -> None:
        super().__init__("".join(char if char.isprintable() else " " for char in text))


class Refused(CarrierError):
    """The carrier refused for good: no retry."""

    cause = LabelRequest.Cause.REFUSED


class Unanswered(CarrierError):
    """No connection, or the answer was lost: retry with the same key."""

    cause = LabelRequest.Cause.UNANSWERED


class Broken(CarrierError):
    """An unusable answer or a bug of the adapter: a person has to look.

    Its key is given up: what may have been made under it is voided.
    """

    cause = LabelRequest.Cause.BROKEN


class Carrier(Protocol):
    """One carrier; copy a neighbour and add it to `orders.carriers.ADAPTERS`.

    One whose parcels have a page of its own names it as `link`: https, `{number}` for the number.
    `label` and `void` do network calls. They end within `seconds`, raise Refused or Unanswered, and
    are idempotent by key.
    """

    name: str
    words: Mapping[str, PackageStatus]
    """The carrier's status words and our PackageStatus for each."""

    def label(self, parcel: Parcel, *, seconds: float) -> Label:
        """The label of a packed box."""

    def void(self, label: Label, *, seconds: float) -> None:
        """Void a label; no error if it was never made or is void already."""

    def recognises(self, text: str) -> bool:
        """Whether this is a valid tracking number of the carrier, check character included."""


# How a customer hands a return in: with a label they print, or with a code at the counter.
LABEL, CODE = "label", "code"


@runtime_checkable
class TakesReturns(Protocol):
    """What a carrier has besides that brings returns back; one without it makes no label of them.

    A label of a return is voided as any other. The call is as `label` is: within `seconds`.
    """

    hand_ins: Collection[str]
    """What it gives, LABEL or CODE or both."""

    def return_label(self, parcel: Parcel, wants: Collection[str], *, seconds: float) -> Label:
        """What the customer needs to send a return: of `wants` one at least."""


@runtime_checkable
class Follows(Protocol):
    """What a carrier has besides that can be asked where a parcel is."""

    def journey(self, tracking_number: str, *, seconds: float) -> Sequence[Seen]:
        """What is known of a parcel, in any order, repeated or not; words as in `words`."""
