"""Files of locations: checked, seen with their counts, imported; a saved list changes nothing."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orders.access import Role
from orders.errors import DomainError
from orders.files.records.kinds import kinds
from orders.files.uploading import keep_file
from orders.files.working import work_on_imports
from orders.models import Import, Member
from orders.values.counts import LARGEST
from tests.support.cast import make_user, make_warehouse
from tests.warehouse.screens.floor import Worker
from warehouse.floor.carts.rows import add_cart
from warehouse.models import Location, Stock

pytestmark = pytest.mark.django_db

IMPORT, PLACES = "/warehouse/locations/import/", "/warehouse/locations/"
FILE = """\ufeffBin;Type;Staging;Pick sequence;Blocked
c-01-01;shelf;;;
C-02-01;;;;
C-01-02;;;;yes
D-01-01;;no;;
DOCK-9;dock;yes;12;
A-01-1;Shelf;;;
A-01-1 B;crate;;;
T-7;;;;
B-01-1;;;1.5;
"""


def uploaded(worker, text, name="places.csv", **sent):
    file = SimpleUploadedFile(name, text.encode())
    screen = worker.sends(IMPORT, file=file, **sent)
    work_on_imports()
    return screen


def checked(worker, text):
    screen = uploaded(worker, text)
    return screen.url, worker.opens(screen.url).text


def places(begins=""):
    rows = Location.objects.filter(code__startswith=begins).order_by("code")
    return {
        row.code: (row.kind, row.is_staging, row.walk_position, row.closed_at is not None)
        for row in rows
    }


def test_a_file_is_seen_before_it_is_written(house, lea):
    before = places()

    _, text = checked(lea, FILE)

    assert "5 to make 1 to change 0 left as they are 3 rejected" in text
    assert "Import 6 locations" in text
    assert "Row 8, Type: crate Expected bin, shelf or dock. Correct the cell." in text
    assert "Row 9, Bin: T-7 Expected another code: those with T- are totes." in text
    assert "Row 10, Pick sequence: 1.5 Expected a whole number from 0 to 2147483647." in text
    assert places() == before


def test_it_is_written_once_and_again_changes_nothing(house, lea):
    url, _ = checked(lea, FILE)
    begin = url.replace("/import/", "/") + "begin/"

    said = lea.sends(begin)
    work_on_imports()

    assert said.says == "places.csv is being imported."
    text = lea.opens(url).text
    assert "5 made 1 changed 0 left as they are 3 rejected" in text
    # The new zones come behind all others, and the second aisle is walked down.
    assert places("C-") == {
        "C-01-01": ("shelf", False, 1_001_001, False),
        "C-01-02": ("bin", False, 1_001_002, True),
        "C-02-01": ("bin", False, 1_002_999, False),
    }
    assert {code: row for code, row in places("D").items() if code != "DOCK"} == {
        "D-01-01": ("bin", False, 2_001_001, False),
        "DOCK-9": ("dock", True, 12, False),
    }
    assert places("A-01-1")["A-01-1"][0] == "shelf"
    assert lea.sends(begin).says.startswith("places.csv is in another state now")
    _, again = checked(lea, FILE)
    assert "0 to make 0 to change 6 left as they are Known already, and the same" in again
    assert "Import 0" not in again


def test_no_location_has_the_code_of_a_cart_or_a_badge(house, lea):
    lea.sends("/warehouse/carts/", code="cart7", slots=2)

    _, text = checked(lea, f"Location\ncart7\nFB{'1' * 24}\n")

    assert "Location: cart7 Expected another code: this is that of a cart." in text
    assert "Expected another code: this one is read as a badge." in text


def test_a_saved_list_comes_back_as_it_is(house, lea):
    saved = b"".join(lea.client.get(f"{PLACES}file/?kind=bin").streaming_content)
    bins = Location.objects.filter(kind="bin").count()

    _, text = checked(lea, saved.decode("utf-8-sig"))

    assert f"0 to make 0 to change {bins} left as they are" in text


def test_a_saved_list_has_no_totes(house, lea):
    add_cart(house.warehouse, code="CART7", slots=2)
    saved = b"".join(lea.client.get(f"{PLACES}file/").streaming_content)

    _, text = checked(lea, saved.decode("utf-8-sig"))

    assert "CART7" not in saved.decode()
    assert "left as they are" in text
    assert "0 rejected" in text
    assert "Save as a file" in lea.opens(f"{PLACES}?kind=bin").text
    assert "Save as a file" not in lea.opens(f"{PLACES}?kind=tote").text


def test_a_zone_behind_the_last_position_has_positions_too(house, lea):
    Location.objects.filter(code="B-01-1").update(walk_position=LARGEST)
    url, _ = checked(lea, "Location\nY-01-01\nZ-02-01\nB-999-01\n")

    lea.sends(url.replace("/import/", "/") + "begin/")
    work_on_imports()

    assert "3 made 0 changed 0 left as they are 0 rejected" in lea.opens(url).text
    made = Location.objects.filter(code__in=("Y-01-01", "Z-02-01", "B-999-01"))
    assert all(0 < position <= LARGEST for position in made.values_list("walk_position", flat=True))
    preview = lea.opens(
        "/warehouse/locations/new/?zone=X&first_aisle=1&last_aisle=1&bays=2&kind=bin&use=stock"
    )
    assert "X-01-01" in preview.text


def test_an_upload_that_is_sent_twice_is_one_file(house, lea):
    sent = {"client_id": uuid4(), "sequence": 1}
    first, again = (uploaded(lea, "Location\nX-1\n", **sent) for _ in range(2))
    refused = [uploaded(lea, "Kind\nbin\n", **sent | {"sequence": 2}) for _ in range(2)]

    assert first.url == again.url
    assert Import.objects.count() == 1
    assert {screen.says for screen in refused} == {"One column must be headed “Location”."}


def test_where_goods_lie_neither_use_nor_door_changes(house, lea):
    units = sum(Stock.objects.values_list("on_hand", flat=True))

    _, text = checked(lea, "Location,Goods wait,Closed\nA-01-1,yes,yes\n")

    assert "1 rejected" in text
    mend = f"Move the {units} units that lie there first."
    assert f"Goods wait: yes Expected no other use while goods lie there. {mend}" in text
    assert f"Closed: yes Expected no: goods lie there. {mend}" in text


def test_the_rejected_rows_are_a_file_to_mend(house, lea):
    url, _ = checked(lea, "Location,Kind\nX-1,crate\n")

    answer = lea.client.get(f"{url}rejected/")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == ["Location,Kind,What is wrong", 'X-1,crate,"Kind: expected bin, shelf or dock"']


def test_a_file_without_the_column_is_not_kept(house, lea):
    screen = uploaded(lea, "Shelf life,Kind\n3,bin\n")

    assert (screen.status, screen.says) == (409, "One column must be headed “Location”.")
    assert not Import.objects.exists()


def test_a_file_is_deleted(house, lea):
    url, _ = checked(lea, "Location\nX-1\n")

    screen = lea.sends(f"{url}delete/")

    assert screen.url == IMPORT
    assert screen.says == "places.csv is deleted. What was imported from it stays."
    assert not Import.objects.exists()


def test_a_file_of_another_warehouse_is_unknown(house, lea):
    url, _ = checked(lea, "Location\nX-1\n")
    harbour = make_warehouse("HAM")
    hanna = Worker(make_user("hanna@example.com", "Hanna", Role.LEAD, warehouse=harbour))

    assert hanna.opens(url).status == 404
    assert hanna.sends(f"{url}begin/").status == 404
    assert (
        Worker(house.ada.owner)
        .opens(url.replace("/warehouse/location-files/", "/dashboard/imports/"))
        .status
        == 404
    )
    assert places("X-") == {}


def test_sellers_are_not_offered_files_of_locations(house, lea):
    checked(lea, "Location\nX-1\n")
    owner = Worker(house.ada.owner)

    assert "Import locations" not in owner.opens("/dashboard/imports/").text
    assert "places.csv" not in owner.opens("/dashboard/imports/").text
    assert owner.opens("/dashboard/imports/new/?kind=locations").status == 404


def test_a_lead_of_another_warehouse_uploads_none_for_a_seller(house):
    """Hanna leads elsewhere and is an owner of Ada's shop, whose goods lie here."""
    hanna = make_user("hanna@example.com", "Hanna", Role.LEAD, warehouse=make_warehouse("HAM"))
    Member.objects.create(user=hanna, role=Role.OWNER, seller=house.ada.seller)
    file = SimpleUploadedFile("places.csv", b"Location\nEVIL-1\n")
    given = {"file": file, "place": f"seller-{house.ada.seller.pk}"}

    worker = Worker(hanna)
    answer = worker.client.post("/dashboard/imports/new/?kind=locations", given)

    assert answer.status_code == 404
    assert "Import locations" not in worker.opens("/dashboard/imports/").text
    assert not Import.objects.exists()


def test_files_are_of_whom_their_kind_says(house):
    kept = {"name": "a.csv", "content": b"Location,SKU\nEVIL-1,LAMP\n", "actor": None}
    for owner, kind in ((house.ada.seller, "locations"), (house.warehouse, "products")):
        with pytest.raises(DomainError, match="are no file of"):
            keep_file(owner, kind=kind, **kept)

    with pytest.raises(DomainError, match="needs a warehouse"):
        kinds()["locations"].check(Import(seller=house.ada.seller, kind="locations"), [])


def test_a_file_says_the_zones(house, lea):
    Location.objects.filter(code__in=("A-01-1", "A-02-1")).update(zone="A")
    text = "Location;Zone\nA-01-1;-\nA-02-1;\nB-01-1;b\nE-01-01;Chill\nE-01-02;1.5\n"

    url, seen = checked(lea, text)
    lea.sends(url.replace("/import/", "/") + "begin/")
    work_on_imports()

    assert "Row 6, Zone: 1.5 Expected letters from A to Z and digits, or a dash." in seen
    assert dict(Location.objects.exclude(zone="").values_list("code", "zone")) == {
        "A-02-1": "A", "B-01-1": "B", "E-01-01": "CHILL",
    }  # fmt: skip
    house.warehouse.refresh_from_db()
    assert house.warehouse.picks_by_zone
    labels = lea.opens("/warehouse/labels/?what=locations&zone=chill").text
    assert "1 label" in labels
    assert "E-01-01" in labels
