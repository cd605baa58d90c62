"""Call a carrier's adapter: outside transactions only, with its answer validated."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from orders.carriers import CARRIERS
from orders.carriers.base import Broken, Carrier, CarrierError, Label, Parcel
from orders.models import LabelRequest

log = logging.getLogger(__name__)

# Types that a browser shows without running scripts in them.
LABEL_TYPES = {"application/pdf": "pdf", "image/png": "png"}
MOST_LABEL_BYTES = 2_000_000
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
