"""Locations: a range is seen before it is made, one is changed, closed, opened and deleted."""

import pytest

from orders.errors import DomainError
from tests.support.cast import make_warehouse, put_stock
from warehouse.inbound.places import suggested_place
from warehouse.models import Location, PickFace, Stock
from warehouse.places.making import begin_of, make_places
from warehouse.places.scheme import Scheme, walk_position

pytestmark = pytest.mark.django_db

PLACES, NEW = "/warehouse/locations/", "/warehouse/locations/new/"
RANGE = {
    "zone": "b", "first_aisle": 1, "last_aisle": 2, "bays": 3, "levels": 2, "positions": "",
    "kind": "shelf", "use": "stock", "begins_at": "",
}  # fmt: skip


def query(**fields):
    return NEW + "?" + "&".join(f"{name}={value}" for name, value in (RANGE | fields).items())


def codes(begins="B-"):
    rows = Location.objects.filter(code__startswith=begins).order_by("walk_position", "code")
    return list(rows.values_list("code", flat=True))


def row(code):
    return Location.objects.get(code=code)


def test_codes_end_where_the_range_ends():
    only_bays = Scheme("A", 9, 10, bays=2)
    all_parts = Scheme("COLD", 1, 1, bays=100, levels=2, positions=10)

    assert [code for code, _ in only_bays.places()] == ["A-09-01", "A-09-02", "A-10-01", "A-10-02"]
    found = [code for code, _ in all_parts.places()]
    assert (found[0], found[-1]) == ("COLD-01-001-1-01", "COLD-01-100-2-10")
    assert (len(found), all_parts.number) == (2000, 2000)


def test_the_walk_goes_up_one_aisle_and_down_the_next():
    stops = [(aisle, bay) for aisle in (1, 2, 3) for bay in (1, 2)]

    walked = sorted(stops, key=lambda stop: walk_position(*stop))

    assert walked == [(1, 1), (1, 2), (2, 2), (2, 1), (3, 1), (3, 2)]


def test_a_range_is_seen_before_it_is_made(house, lea):
    page = lea.opens(query())

    shown = page.text.replace(" ,", ",")
    assert "New locations 12 B-01-01-1, B-01-01-2, B-01-02-1 … B-02-02-2, B-02-03-1" in shown
    assert "Make 12 locations" in page.text
    assert codes() == ["B-01-1"], "the demo's own"


def test_a_range_is_made_once_and_what_is_there_stays(house, lea):
    Location.objects.create(warehouse=house.warehouse, code="B-01-02-1", kind="dock")

    page = lea.opens(query())
    first, second = lea.sends(NEW, **RANGE), lea.sends(NEW, **RANGE)

    assert "New locations 11" in page.text
    assert "1 is there already and stays as it is." in page.text
    assert (first.url, first.says) == (PLACES, "11 locations made. 1 left as it was.")
    assert second.says == "0 locations made. 12 left as they were."
    assert row("B-01-02-1").kind == "dock"
    assert row("B-01-02-2").kind == "shelf"
    assert codes("B-02")[::2] == ["B-02-03-1", "B-02-02-1", "B-02-01-1"], "down the second aisle"


def test_another_zone_is_walked_behind_the_others(house):
    last = Location.objects.exclude(kind="tote").order_by("-walk_position").first()

    assert begin_of(house.warehouse, "C") == 1_000_000 > last.walk_position
    make_places(
        house.warehouse, Scheme("C", 1, 1, bays=1, begins_at=1_000_000), kind="bin",
        is_staging=False,
    )  # fmt: skip
    assert row("C-01-01").walk_position == 1_001_001
    assert begin_of(house.warehouse, "C") == 1_000_000
    assert begin_of(house.warehouse, "D") == 2_000_000
    assert begin_of(make_warehouse("HAM"), "A") == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"last_aisle": 0}, "Aisles to: at least 1, not 0."),
        ({"bays": 1000}, "Bays in each aisle: at most 999, not 1000."),
        ({"zone": "B 1"}, "Zone: letters from A to Z and digits only."),
        ({"first_aisle": 3}, "Enter the aisles from small to large."),
        ({"zone": "T"}, "Codes that begin with T- are those of totes."),
        (
            {"last_aisle": 999, "bays": 999, "levels": 1},
            "These are 998001 locations: make at most 50000 at once.",
        ),
        (
            {"begins_at": 2**31 - 1},
            "The walking order begins too far behind: enter a smaller number.",
        ),
        ({"kind": "tote"}, "Kind: choose one of those on the screen."),
    ],
)
def test_a_range_out_of_bounds_makes_nothing(house, lea, fields, words):
    before = Location.objects.count()

    refused = lea.sends(NEW, **RANGE | fields)

    assert (refused.status, refused.says) == (409, words)
    assert Location.objects.count() == before


def test_a_wrong_number_is_told_at_its_field(house, lea):
    page = lea.opens(query(bays=1000, zone="B_1"))

    assert page.html.count('aria-invalid="true"') == 2
    assert "At most 999." in page.text
    assert "Letters from A to Z and digits only." in page.text
    assert "Make " not in page.text.replace("Make locations", "")


def test_fifty_thousand_are_made_by_one_statement(house, django_assert_num_queries):
    scheme = Scheme("Z", 1, 100, bays=50, levels=5, positions=2)
    assert scheme.number == 50_000

    with django_assert_num_queries(5):  # with carts, the warehouse, both ends of the transaction
        made = make_places(house.warehouse, scheme, kind="bin", is_staging=False)

    assert made == (50_000, 0)


def test_the_list_is_filtered_and_read_by_pages(house, lea):
    lea.sends(NEW, **RANGE | {"bays": 30, "levels": "", "zone": "C"})
    lea.sends(f"{PLACES}{row('C-01-01').pk}/close/", closed="yes")

    first = lea.opens(f"{PLACES}?begins=c-&state=open")
    second = lea.opens(f"{PLACES}?begins=C-&state=open&after=C-02-21")

    assert "59 locations of this filter" in first.text
    assert first.text.count("C-0") == 50
    assert "after=C-02-21" in first.html
    assert [second.text.count(code) for code in ("C-02-21", "C-02-22", "C-02-30")] == [0, 1, 1]
    assert "C-01-01 Shelf · closed empty" in lea.opens(f"{PLACES}?state=closed").text
    assert "No location fits this filter." in lea.opens(f"{PLACES}?begins=X").text


def test_a_location_is_changed(house, lea):
    lea.sends(NEW, **RANGE)
    url = f"{PLACES}{row('B-01-01-1').pk}/"

    said = lea.sends(url, kind="dock", use="waits", walk_position=7)

    changed = row("B-01-01-1")
    assert (said.url, said.says) == (url, "B-01-01-1 is saved.")
    assert (changed.kind, changed.is_staging, changed.walk_position) == ("dock", True, 7)


def test_what_lies_there_keeps_a_location_open_and_in_use(house, lea):
    place = row("A-01-1")
    url = f"{PLACES}{place.pk}/"
    units = sum(Stock.objects.filter(location=place).values_list("on_hand", flat=True))

    refusals = [
        lea.sends(f"{url}close/", closed="yes").says,
        lea.sends(url, kind="bin", use="waits", walk_position=1).says,
        lea.sends(f"{url}delete/").says,
    ]

    assert refusals == [
        f"{units} units lie in A-01-1: move them first.",
        f"{units} units lie in A-01-1: move them first.",
        "A-01-1 is in the history of goods: close it, and nobody uses it any more.",
    ]
    place.refresh_from_db()
    assert (place.closed_at, place.is_staging) == (None, False)
    assert lea.sends(url, kind="shelf", use="stock", walk_position=3).status == 200


def test_a_pick_face_is_not_closed(house, lea):
    lea.sends(NEW, **RANGE)
    lamp, place = house.ada.products["LAMP"], row("B-01-01-1")
    PickFace.objects.create(seller=lamp.seller, product=lamp, location=place, minimum=1, target=2)

    said = lea.sends(f"{PLACES}{place.pk}/close/", closed="yes")

    assert said.says == "B-01-01-1 is a pick face: remove that first."


def test_nobody_puts_goods_into_a_closed_location(house, lea, pat):
    lea.sends(NEW, **RANGE | {"last_aisle": 1, "bays": 1, "levels": ""})
    place = row("B-01-01")
    closed = lea.sends(f"{PLACES}{place.pk}/close/", closed="yes")
    lamp = house.ada.products["LAMP"]

    with pytest.raises(DomainError, match=r"^B-01-01 is closed: choose another place\.$"):
        put_stock(lamp, 1, bin_code="B-01-01")
    scanned = pat.sends("/warehouse/", code="B-01-01")

    assert closed.says == "B-01-01 is closed: nobody puts goods there."
    assert scanned.says == "Location B-01-01 is closed for now: goods go elsewhere."
    assert suggested_place(lamp, house.warehouse) != place
    assert not Stock.objects.filter(location=place).exists()
    opened = lea.sends(f"{PLACES}{place.pk}/close/", closed="no")
    assert opened.says == "B-01-01 is open again."
    assert put_stock(lamp, 1, bin_code="B-01-01").on_hand == 1


def test_a_location_that_was_never_used_is_deleted(house, lea):
    lea.sends(NEW, **RANGE)

    said = lea.sends(f"{PLACES}{row('B-01-01-1').pk}/delete/")

    assert (said.url, said.says) == (PLACES, "B-01-01-1 is deleted.")
    assert "B-01-01-1" not in codes()


def test_a_tote_is_neither_changed_nor_closed(house, lea):
    lea.sends("/warehouse/totes/", first=1, last=1)
    url = f"{PLACES}{row('T-1').pk}/"

    assert "Save" not in lea.opens(url).text
    changed = lea.sends(url, kind="bin", use="stock", walk_position=1)
    closed = lea.sends(f"{url}close/", closed="yes")
    assert changed.says.startswith("A tote stays a tote")
    assert closed.says == "T-1 is a tote: take it away from the others."
    assert row("T-1").kind == "tote"


def test_the_list_is_saved_as_a_file(house, lea):
    lea.sends(NEW, **RANGE | {"bays": 1, "levels": "", "use": "waits", "pickers": "zone"})
    answer = lea.client.get(f"{PLACES}file/?begins=B-01-01")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Location,Kind,Goods wait,Walking order,Closed,Zone",
        f"B-01-01,shelf,yes,{row('B-01-01').walk_position},no,B",
    ]
    listed = lea.opens(f"{PLACES}?zone=b").text
    assert "B-01-01 Shelf · Zone B · goods wait here" in listed
    assert "A-01-1" not in listed
