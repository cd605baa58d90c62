"""The carrier contract, and the tracking numbers of our own couriers."""

import re
import string
import uuid
from pathlib import Path

import pytest
from django.conf import settings

from orders.carriers import CARRIERS, carrier_of
from orders.carriers.base import Label, Parcel, Party
from orders.carriers.own import OwnCouriers
from orders.carriers.own_numbers import ALPHABET
from orders.errors import DomainError
from orders.models import Package
from orders.states import PackageStatus

ROOT = Path(settings.BASE_DIR)
OWN = OwnCouriers()
PACKAGE_ID = uuid.UUID("0192f3a0-0000-7000-8000-000000000001")


def parcel_of(package_id):
    nowhere = Party("", "", "", "", "")
    return Parcel("key", package_id, "1001-1/1", None, sender=nowhere, receiver=nowhere)


def number_of(package_id):
    return OWN.label(parcel_of(package_id), seconds=1).tracking_number


def numbers(count):
    return [number_of(uuid.uuid5(PACKAGE_ID, str(place))) for place in range(count)]


def test_a_carrier_is_found_by_its_code():
    assert carrier_of("own").name == "Own couriers"


def test_an_unknown_carrier_is_refused_by_name():
    with pytest.raises(DomainError, match="There is no carrier “pigeon”"):
        carrier_of("pigeon")


@pytest.mark.parametrize("code", CARRIERS)
def test_every_word_of_a_carrier_means_one_of_our_statuses(code):
    carrier = CARRIERS[code]

    assert carrier.words
    assert all(status in PackageStatus for status in carrier.words.values())


def test_our_own_labels_are_recognised_and_voided_by_nobody_else():
    assert OWN.recognises(number_of(PACKAGE_ID))
    assert OWN.void(Label("key", number_of(PACKAGE_ID)), seconds=1) is None


def test_the_words_at_the_door_are_ours():
    assert OWN.words["delivered"] == PackageStatus.DELIVERED
    assert {OWN.words[reason] for reason in Package.Failure.values} == {
        PackageStatus.ATTEMPT_FAILED
    }


def test_only_one_module_asks_carriers():
    asking = re.compile(r"\.(label|void)\([^)]*seconds=")
    folders = ("orders", "warehouse", "notifications", "fulfillment")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    askers = [path for path in paths if asking.search(path.read_text())]
    assert [path.relative_to(ROOT).as_posix() for path in askers] == ["orders/carriers/asking.py"]


def test_a_package_always_gets_the_same_number():
    assert number_of(PACKAGE_ID) == number_of(PACKAGE_ID) == "OCSYZ8PSY3KRUQ"


def test_numbers_differ_and_hold_no_ambiguous_character():
    made = numbers(20_000)

    assert len(set(made)) == len(made)
    assert {len(number) for number in made} == {14}
    assert set("".join(number[2:] for number in made)) == set(ALPHABET)
    assert not set(ALPHABET) & set("01OIL")


def test_a_wrong_character_is_found():
    for number in numbers(20):
        for place in range(14):
            for character in string.ascii_uppercase + string.digits:
                other = number[:place] + character + number[place + 1 :]
                assert OWN.recognises(other) == (other == number)


def test_two_exchanged_characters_are_found():
    for number in numbers(200):
        for place in range(13):
            left, right = number[place], number[place + 1]
            other = number[:place] + right + left + number[place + 2 :]
            assert OWN.recognises(other) == (left == right)


@pytest.mark.parametrize("text", ["", "OC", "OC2", "00340434161094042557", "ocsyz8psy3kruq"])
def test_other_texts_are_not_numbers(text):
    assert not OWN.recognises(text)
