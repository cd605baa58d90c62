"""`/api/v1/services/`: added behind the others, changed in part, moved, switched and deleted."""

from uuid import uuid4

import pytest

from orders.models import Event, Seller, Service
from tests.api.asking import all_rows, ask, errors_of

pytestmark = pytest.mark.django_db

GERMANY = {"country": "DE", "days_min": 1, "days_max": 2}
ISLANDS = {"country": "DE", "postcodes": ["25859", "27498"], "is_served": False}
BODY = {"name": "Parcel", "carrier": "own", "destinations": [GERMANY, ISLANDS]}


def in_order(side):
    return [row["name"] for row in sorted(all_rows(side, "services/"), key=lambda r: r["position"])]


def change(side, told, **given):
    return ask(side, f"services/{told['id']}/", given, method="PATCH")


def test_a_service_is_added_behind_the_others(ada, bo):
    (first,) = in_order(ada)
    theirs = all_rows(bo, "services/")

    answer = ask(ada, "services/", BODY | {"cut_off": "14:30", "most_grams": 31_500})
    told = answer.json()

    assert (answer.status_code, told["position"], told["is_active"]) == (201, 2, True)
    assert (told["cut_off"], told["days"], told["most_units"]) == ("14:30", "weekdays", None)
    assert told["destinations"] == [
        GERMANY | {"postcodes": [], "is_served": True},
        ISLANDS | {"days_min": 0, "days_max": 0},
    ]
    assert in_order(ada) == [first, "Parcel"]
    assert all_rows(bo, "services/") == theirs
    path = f"services/{told['id']}/"
    assert ask(ada, path).json() == told
    assert ask(bo, path).status_code == 404
    assert ask(bo, path, {"name": "Mine"}, method="PATCH").status_code == 404
    assert ask(bo, path, method="DELETE").status_code == 404
    assert Event.objects.filter(kind="service.added", subject_id=told["id"]).count() == 1


def test_the_service_that_a_seller_begins_with_becomes_a_row_before_it(ada):
    ada.seller.services.all().delete()
    Seller.objects.filter(pk=ada.seller.pk).update(services_version=None)
    assert in_order(ada) == []
    assert ask(ada, "services/", BODY).json()["position"] == 2
    assert in_order(ada) == ["Own couriers", "Parcel"]


def test_under_a_key_it_is_added_once(ada):
    key = {"Idempotency_Key": str(uuid4())}
    first, again = (ask(ada, "services/", BODY, **key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Service.objects.filter(name="Parcel").count() == 1


def test_a_repeat_under_a_key_answers_with_the_service_that_it_made(ada):
    key = {"Idempotency_Key": str(uuid4())}
    body = BODY | {"name": "Parcel  plus "}
    told = ask(ada, "services/", body, **key).json()
    ask(ada, "services/", body | {"days": "all"})
    assert ask(ada, "services/", body, **key).json() == told
    renamed = change(ada, told, name="Post").json()
    again = ask(ada, "services/", body, **key)
    assert (again.status_code, again.json()) == (201, renamed)

    ask(ada, f"services/{told['id']}/", method="DELETE")
    gone = ask(ada, "services/", body, **key)
    assert gone.status_code == 409
    assert errors_of(gone) == {"": "The service that this request added was deleted since."}
    assert Service.objects.filter(name__startswith="Parcel", deleted_at=None).count() == 1


def test_what_is_left_out_of_a_change_stays(ada):
    told = ask(ada, "services/", BODY | {"cut_off": "14:30", "most_units": 5}).json()

    renamed = change(ada, told, name="Parcel, insured").json()
    assert renamed == told | {"name": "Parcel, insured"}
    freed = change(ada, told, cut_off=None, most_units=None).json()
    assert freed == renamed | {"cut_off": None, "most_units": None}
    elsewhere = change(ada, told, destinations=[GERMANY | {"days_max": 3}]).json()
    assert [goal["days_max"] for goal in elsewhere["destinations"]] == [3]
    assert change(ada, told).json() == elsewhere, "nothing asked, nothing changed"
    events = Event.objects.filter(kind="service.changed").order_by("id")
    assert [event.data["fields"] for event in events] == [
        ["name"], ["cut_off", "most_units"], ["destinations"],
    ]  # fmt: skip


def test_it_is_moved_switched_and_deleted(ada):
    told = ask(ada, "services/", BODY).json()
    first = in_order(ada)[0]

    assert change(ada, told, position=1, is_active=False).json()["is_active"] is False
    assert in_order(ada) == ["Parcel", first]
    assert change(ada, told, position=9).json()["position"] == 2, "the last place there is"

    gone = ask(ada, f"services/{told['id']}/", method="DELETE")
    assert (gone.status_code, gone.json()["name"]) == (200, "Parcel")
    assert in_order(ada) == [first]
    assert change(ada, told, name="Back").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"carrier": "pigeon"}, "carrier"),
        ({"cut_off": "25:00"}, "cut_off"),
        ({"days": "sundays"}, "days"),
        ({"most_grams": 0}, "most_grams"),
        ({"most_value": 100}, "currency"),
        ({"destinations": []}, "destinations"),
        ({"destinations": [{"country": "XX", "days_min": 1, "days_max": 2}]},
         "destinations[0].country"),
        ({"destinations": [GERMANY, {"country": "FR"}]}, "destinations[1].days_min"),
        ({"destinations": [GERMANY | {"days_min": 3}]}, "destinations[0].days_max"),
        ({"speed": 1}, "speed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_field_and_nothing_is_written(ada, wrong, field):
    told = ask(ada, "services/", BODY).json()
    added = ask(ada, "services/", BODY | wrong)
    changed = change(ada, told, is_active=False, **wrong)
    assert (added.status_code, changed.status_code) == (422, 422)
    assert field in errors_of(added)
    assert field in errors_of(changed)
    assert ask(ada, f"services/{told['id']}/").json() == told
    assert len(in_order(ada)) == 2
