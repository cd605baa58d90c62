"""The condition in which units came back, as customer, seller and programs are told of it."""

import csv
from html import unescape
from io import StringIO

import pytest
from django.test import Client

from orders.models import Event, ProblemPhoto
from orders.returns.handling import approve_return, request_return
from orders.returns.photos import photograph_units
from tests.notifications.saying import at_ten
from tests.notifications.words.test_returns_told import order, text  # noqa: F401 - a fixture
from tests.support.stages import open_house
from tests.test_doors import signed_in
from tests.tracking.tracked import look, proven
from warehouse.models import Location
from warehouse.returns.inspection import finish_return, inspect_return_line, receive_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    with at_ten:
        yield once(open_house)


@pytest.fixture
def back(house, order):  # noqa: F811 - the fixture
    """Two lamps and a shade came back: one lamp used, one damaged, with a photo of it."""
    units = {line.pk: line.ordered for line in order.lines.all()}
    asked = request_return(order, units=units, reason="too_large")
    asked = approve_return(asked, actor=house.ada.owner)
    lamp, shade = asked.lines.order_by("line__position")
    asked = receive_return(asked, received={lamp.pk: 2, shade.pk: 1}, actor=house.pat)
    place = Location.objects.get(code="B-01-1")
    given = {"location": place, "may_close": False, "actor": house.pat}
    photograph_units(lamp, (b"webp", (4, 3)), actor=house.pat)
    inspect_return_line(lamp, restocked=1, written_off=0, grade="b", **given)
    inspect_return_line(lamp, restocked=0, written_off=1, **given)
    inspect_return_line(shade, restocked=1, written_off=0, **given)
    return finish_return(asked, actor=house.pat)


def test_the_customer_reads_verdict_condition_and_where_photos_are(back):
    said = text(back.order, "return_closed").text

    assert (
        f"""We have checked your return {back} of order {back.order.number}.

Accepted: 2 × Title of LAMP, 1 × Title of SHADE

Used: 1 × Title of LAMP

Damaged: 1 × Title of LAMP

The tracking page shows photos of it.

Ada's Lamps refunds """
        in said
    )
    seller = text(back.order, "seller_return_closed").text
    assert (
        """In stock again: 1 × Title of LAMP, 1 × Title of SHADE

Written off: 1 × Title of LAMP

Used: 1 × Title of LAMP

Damaged: 1 × Title of LAMP
"""
        in seller
    )


def test_of_units_as_new_nothing_is_told_more(house, order):  # noqa: F811 - the fixture
    line = order.lines.get(sku="SHADE")
    asked = request_return(order, units={line.pk: 1}, reason="too_large")
    asked = approve_return(asked, actor=house.ada.owner)
    part = asked.lines.get()
    asked = receive_return(asked, received={part.pk: 1}, actor=house.pat)
    photograph_units(part, (b"webp", (4, 3)), actor=house.pat)
    place = Location.objects.get(code="B-01-1")
    inspect_return_line(part, restocked=1, written_off=0, location=place, actor=house.pat)

    said = text(order, "return_closed").text
    assert "Accepted: 1 × Title of SHADE" in said
    assert [word in said for word in ("Used", "Damaged", "photos")] == [False] * 3
    photo = ProblemPhoto.objects.get()
    address = f"/track/{order.token}/return/photo/{photo.pk}.webp"
    assert str(photo.pk) not in look(order).content.decode()
    assert proven(order).get(address).status_code == 404


def test_the_photo_is_of_the_second_level(back):
    photo, order = ProblemPhoto.objects.get(), back.order  # noqa: F811 - not the fixture
    address = f"/track/{order.token}/return/photo/{photo.pk}.webp"
    page = unescape(look(order).content.decode())
    assert "2 items accepted · used: 1 · damaged: 1" in page
    assert f'href="{address}">Photo <bdi>1</bdi> of what came back</a>' in page

    stranger = Client().get(address)
    assert (stranger.status_code, "/verify/" in stranger.headers["Location"]) == (302, True)
    mine = proven(order).get(address)
    assert (mine.status_code, mine.content) == (200, b"webp")
    assert mine.headers["Content-Type"] == "image/webp"
    assert "no-store" in mine.headers["Cache-Control"]


def test_programs_read_grades_by_line(house, back):
    key = {"Authorization": f"Bearer {house.ada.api_key}"}

    got = Client().get(f"/api/v1/returns/{back.pk}/", headers=key).json()

    names = ("sku", "restocked", "refurbished", "written_off", "grades", "photos")
    assert [[line[name] for name in names] for line in got["lines"]] == [
        ["LAMP", 0, 1, 1, {"a": 0, "b": 1, "c": 1}, 1],
        ["SHADE", 1, 0, 0, {"a": 1, "b": 0, "c": 0}, 0],
    ]
    events = Event.objects.filter(kind__startswith="return_line.", data__has_key="grade")
    told = events.order_by("pk").values_list("kind", "data__grade")
    assert list(told) == [
        ("return_line.refurbished", "b"),
        ("return_line.written_off", "c"),
        ("return_line.restocked", "a"),
    ]


def test_the_seller_sees_condition_and_photo(house, back):
    owner, photo = signed_in(house.ada.owner), ProblemPhoto.objects.get()

    page = " ".join(owner.get(f"/dashboard/orders/{back.order_id}/").content.decode().split())

    assert "Condition: 1 used (B), 1 damaged (C)</span>" in page
    assert "Condition: 1 as new (A)</span>" in page
    assert f'src="/dashboard/photos/{photo.pk}/"' in page
    assert "of what is to be returned" not in page
    assert owner.get(f"/dashboard/photos/{photo.pk}/").content == b"webp"
    other = signed_in(house.bo.owner) if hasattr(house, "bo") else Client()
    assert other.get(f"/dashboard/photos/{photo.pk}/").status_code in (302, 404)


def test_insight_and_files_count_grades(house, back):
    owner = signed_in(house.ada.owner)
    day = back.order.packages.get().delivered_at.date().isoformat()
    period = f"first={day}&last={day}"

    page = owner.get(f"/dashboard/numbers/returned/?{period}").content.decode()
    assert "<dt>Graded</dt><dd>3:</dd><dd>1 as new</dd><dd>1 used</dd><dd>1 damaged</dd>" in page
    numbers = owner.get(f"/dashboard/numbers/returned/export/?{period}").content
    total = next(csv.DictReader(StringIO(numbers.decode("utf-8-sig"))))
    assert [total[f"Units {word}"] for word in ("as new", "used", "damaged")] == ["1", "1", "1"]

    rows = b"".join(owner.get("/dashboard/returns/export/").streaming_content)
    lines = list(csv.DictReader(StringIO(rows.decode("utf-8-sig"))))
    grades = ("Grade A, as new", "Grade B, used", "Grade C, damaged")
    assert [[line[name] for name in grades] for line in lines] == [["0", "1", "1"], ["1", "0", "0"]]
