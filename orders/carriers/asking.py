"""Call a carrier's adapter: outside transactions only, with its answer validated."""

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from orders.carriers import CARRIERS
from orders.carriers.base import (
    CODE,
    LABEL,
    Broken,
    Carrier,
    CarrierError,
    Follows,
    Label,
    Parcel,
    Seen,
    TakesReturns,
)
from orders.models import LabelRequest
from orders.models.returning.labels import LONGEST_CODE

log = logging.getLogger(__name__)

# Types that a browser shows without running scripts in them.
LABEL_TYPES = {"application/pdf": "pdf", "image/png": "png"}
MOST_LABEL_BYTES = 2_000_000
MOST_SEEN = 1_000  # reports of one parcel
LONGEST_NUMBER = LabelRequest._meta.get_field("tracking_number").max_length or 0


def refuse_in_transaction() -> None:
    """Raise RuntimeError in a transaction: its row locks would be held during a network call."""
    if connection.in_atomic_block:
        raise RuntimeError("A carrier is asked with no transaction open.")


def ask_label(code: str, parcel: Parcel, *, seconds: float) -> Label:
    """Ask a carrier for the label of a box. Raises CarrierError, nothing else."""
    refuse_in_transaction()
    with _adapter(code, parcel.key) as carrier:
        return _checked(carrier.label(parcel, seconds=seconds))


def ask_void(code: str, label: Label, *, seconds: float) -> None:
    """Ask a carrier to void a label. Raises CarrierError, nothing else."""
    refuse_in_transaction()
    with _adapter(code, label.key) as carrier:
        carrier.void(label, seconds=seconds)


def ask_return_label(code: str, parcel: Parcel, wants: Collection[str], *, seconds: float) -> Label:
    """Ask a carrier for the label of a return, or its code. Raises CarrierError, nothing else."""
    refuse_in_transaction()
    with _adapter(code, parcel.key) as carrier:
        label = _checked(_takes_returns(carrier).return_label(parcel, wants, seconds=seconds))
    if len(label.code) > LONGEST_CODE or not label.code.isprintable():
        raise Broken("The carrier gave a code that cannot be used.")
    given = {LABEL: label.label_file, CODE: label.code}
    if not any(given[want] for want in wants):
        raise Broken("The carrier gave neither a label nor a code that was asked for.")
    return label


def ask_journey(code: str, tracking_number: str, *, seconds: float) -> Sequence[Seen]:
    """Ask a carrier what it knows of a parcel. Raises CarrierError, nothing else."""
    refuse_in_transaction()
    with _adapter(code, tracking_number) as carrier:
        if not isinstance(carrier, Follows):
            raise Broken(f"{carrier.name} cannot be asked for a parcel.")
        return list(carrier.journey(tracking_number, seconds=seconds))[:MOST_SEEN]


def _takes_returns(carrier: Carrier) -> TakesReturns:
    if not isinstance(carrier, TakesReturns):
        raise Broken(f"{carrier.name} makes no labels of returns.")
    return carrier


@contextmanager
def _adapter(code: str, key: str) -> Iterator[Carrier]:
    if code not in CARRIERS:  # it was removed while label requests are open
        raise Broken(f"There is no carrier “{code}” any more.")
    try:
        yield CARRIERS[code]
    except CarrierError:
        raise
    except Exception as error:  # a bug of the adapter; the label may exist at the carrier
        log.exception("carrier %s, label %s: the adapter failed", code, key)
        raise Broken(f"The adapter of the carrier failed: {type(error).__name__}.") from error


def _checked(label: Label) -> Label:
    """The label, validated. Raises Broken when its number or file cannot be stored."""
    number = label.tracking_number
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable():
        raise Broken(f"The carrier gave no usable tracking number: {number[:LONGEST_NUMBER]!r}.")
    if (file := label.label_file) is None:
        return label
    if file.media_type not in LABEL_TYPES:
        raise Broken(f"The carrier gave a label of an unknown kind: {file.media_type[:40]!r}.")
    if not 0 < len(file.content) <= MOST_LABEL_BYTES:
        raise Broken(f"The carrier gave a label of {len(file.content)} bytes.")
    return label
