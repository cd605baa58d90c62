"""`manage.py check_books`: what it prints, and how it ends."""

from io import StringIO

import pytest
from django.core.management import call_command

from fulfillment.management.commands.check_books import CHECKS
from tests.support.vandals import tell_story, vandal_of

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_books]


def test_a_working_house_has_no_findings():
    tell_story()
    printed = StringIO()

    call_command("check_books", stdout=printed)

    assert printed.getvalue() == f"check_books: 0 findings in {len(CHECKS)} checks\n"


def test_an_empty_house_has_no_findings():
    printed = StringIO()

    call_command("check_books", stdout=printed)

    assert printed.getvalue() == f"check_books: 0 findings in {len(CHECKS)} checks\n"


def test_findings_are_printed_and_end_with_1():
    printed = StringIO()
    with (
        vandal_of(tell_story()) as vandal,
        vandal.update("orders_order", "status = 'cancelled'", "true"),
        pytest.raises(SystemExit) as ended,
    ):
        call_command("check_books", stdout=printed)

    assert ended.value.code == 1
    lines = printed.getvalue().splitlines()
    assert lines[-1] == f"check_books: 8 findings in {len(CHECKS)} checks"
    assert vandal.named("Order {walk} is cancelled, its lines say in_progress") in lines
    assert len(lines) == 9


def test_what_is_asked_after_each_test_finds_the_same(books):
    with (
        vandal_of(tell_story()) as vandal,
        vandal.update("warehouse_stock", "on_hand = on_hand + 1", "true"),
    ):
        assert not books.balance()
    assert books.balance()


def test_every_check_says_its_rule():
    assert [check.__name__ for check in CHECKS if not check.__doc__] == []
    assert len({check.__name__ for check in CHECKS}) == len(CHECKS) == 29
