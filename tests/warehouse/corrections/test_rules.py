"""Rules that make count tasks: emptied locations, and how often a product is picked."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests.support.cast import make_product, put_stock
from tests.warehouse.walking import ordered, pick_all, take
from warehouse.corrections.rules import plan_due_counts
from warehouse.models import CountTask, Location, StockMovement

pytestmark = pytest.mark.django_db


PLACES = ("A-01-1", "A-02-1", "B-01-1", "DOCK")


def days_on(days):
    return timezone.now() + timedelta(days=days)


def planned():
    rows = CountTask.objects.filter(ended_at=None).order_by("location__code")
    return list(rows.values_list("location__code", "cause"))


@pytest.fixture
def goods(ada, building, lamp, shade, pat):
    """Of 100 picked units 80 are lamps, 15 shades and 5 mugs; none of the cups."""
    mug, cup = make_product(ada, "MUG", "Mug"), make_product(ada, "CUP", "Cup")
    for product, place in zip((lamp, shade, mug, cup), PLACES, strict=True):
        put_stock(product, 100, bin_code=place)
    ordered(ada, {"LAMP": 80, "SHADE": 15, "MUG": 5})
    pick_all(take(building, pat), pat)


@pytest.mark.parametrize(("days", "due"), [(29, 0), (31, 1), (90, 1), (92, 2), (364, 2), (366, 4)])
def test_what_is_picked_often_is_counted_often(goods, building, days, due):
    for place in Location.objects.filter(code__in=PLACES):
        CountTask.objects.create(
            warehouse=building, location=place, cause="asked", status="done",
            ended_at=days_on(-days),
        )  # fmt: skip

    assert plan_due_counts(timezone.now()) == due
    assert planned() == [(code, "class") for code in PLACES[:due]]


def test_what_was_never_counted_is_due_from_its_first_unit(goods):
    assert plan_due_counts(days_on(29)) == 0
    assert plan_due_counts(days_on(31)) == 1
    assert planned() == [("A-01-1", "class")]


def test_an_emptied_location_is_counted_once(ada, building, lamp, pat):
    put_stock(lamp, 2)
    ordered(ada, {"LAMP": 2})
    pick_all(take(building, pat), pat)

    assert (plan_due_counts(days_on(1)), plan_due_counts(days_on(1))) == (1, 0)
    assert planned() == [("A-01-1", "zero")]


def test_no_more_tasks_than_somebody_does(goods):
    assert plan_due_counts(days_on(366), most=3) == 3
    assert plan_due_counts(days_on(366), most=3) == 0


def test_the_command_says_how_many(goods, capsys):
    call_command("plan_counts")

    assert capsys.readouterr().out == "Tasks to count: 0\n"


def test_the_first_movement_at_a_place_is_found_by_an_index(goods, lamp):
    elsewhere = Location.objects.exclude(code="DOCK").values_list("pk", flat=True)
    StockMovement.objects.bulk_create(
        StockMovement(
            seller=lamp.seller, product=lamp, location_id=pk, quantity=units, reason="adjusted"
        )
        for pk in elsewhere
        for units in (1, -1) * 500
    )  # in a table of a few rows any way is as good as another
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE warehouse_stockmovement")
    first = StockMovement.objects.filter(location=Location.objects.get(code="DOCK"))

    assert "movement_at_location" in first.order_by("at").values("at")[:1].explain()
