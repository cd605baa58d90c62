"""Scans that a device sends again are applied once, refused ones too."""

from uuid import uuid4

import pytest

from orders.errors import DomainError
from orders.models import Seller
from tests.support.racing import race
from warehouse.models import Scan
from warehouse.scanning.scans import apply_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def device(pat):
    """Sends scans of Pat's device; what is applied leaves the name of a seller behind."""
    client_id = uuid4()

    def send(sequence, action, worker=pat):
        return apply_once(
            client_id=client_id, sequence=sequence, worker=worker, code="LAMP", action=action
        )

    return send


def renamed(name):
    """An action that changes something."""

    def action():
        Seller.objects.update(name=name)
        return f"Now {name}"

    return action


def refused(name):
    """An action that changes something and then refuses."""

    def action():
        Seller.objects.update(name=name)
        raise DomainError("That is not expected here.")

    return action


def name():
    return Seller.objects.values_list("name", flat=True).get()


def test_a_scan_is_applied_and_kept(ada, device, pat):
    outcome = device(1, renamed("One"))

    assert (outcome.text, outcome.is_refused, outcome.is_repeated) == ("Now One", False, False)
    scan = Scan.objects.get()
    assert (scan.sequence, scan.worker, scan.code, scan.outcome) == (1, pat, "LAMP", "Now One")
    assert name() == "One"


def test_a_repeated_scan_gets_the_first_outcome_and_changes_nothing(ada, device):
    device(1, renamed("One"))

    again = device(1, renamed("Two"))

    assert (again.text, again.is_refused, again.is_repeated) == ("Now One", False, True)
    assert name() == "One"


def test_the_next_scan_of_a_device_is_applied(ada, device):
    device(1, renamed("One"))
    device(2, renamed("Two"))

    assert name() == "Two"
    assert Scan.objects.count() == 2


def test_a_refused_scan_stays_refused(ada, device):
    first = device(1, refused("One"))
    again = device(1, renamed("Two"))

    assert first.text == again.text == "That is not expected here."
    assert first.is_refused
    assert again.is_refused
    assert name() == ada.seller.name
    assert Scan.objects.get().is_refused


def test_an_error_keeps_nothing_so_that_the_scan_may_be_repeated(ada, device):
    def broken():
        Seller.objects.update(name="One")
        return str(1 // 0)

    with pytest.raises(ZeroDivisionError):
        device(1, broken)
    assert not Scan.objects.exists()
    assert name() == ada.seller.name

    assert device(1, renamed("Two")).text == "Now Two"


def test_a_scan_of_somebody_else_is_not_answered(ada, device, lea):
    device(1, renamed("One"))

    with pytest.raises(DomainError, match="Someone else is using"):
        device(1, renamed("Two"), worker=lea)

    assert name() == "One"


def test_copies_at_once_are_applied_once(ada, device):
    applied = []

    def count():
        applied.append(1)
        return f"{len(applied)} applied"

    outcomes, _ = race(*[lambda: device(1, count)] * 6)

    assert applied == [1]
    assert {outcome.text for outcome in outcomes} == {"1 applied"}
    assert sorted(outcome.is_repeated for outcome in outcomes) == [False] + [True] * 5
