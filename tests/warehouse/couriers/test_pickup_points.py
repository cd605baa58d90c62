"""A pickup point is chosen, reaches whoever drives there, and is told of as it was chosen."""

from datetime import date

import pytest
import time_machine

from notifications.languages import LANGUAGES
from orders.access import Role
from orders.errors import DomainError
from orders.models import Order, Package, Wish
from orders.promises.tomorrow import announce_tomorrow
from orders.wishes.choosing import TooLate, change_address, choose_point
from orders.wishes.points import open_hours, points_near
from tests.notifications.saying import said
from tests.support.cast import make_order, make_point, make_user
from tests.support.stages import planned_run, sent_packages
from tests.test_doors import signed_in
from tests.tracking.test_choices_named import EVENING
from tests.tracking.test_wishes import choose, forms, page_of
from tests.tracking.tracked import ON_THE_DAY, out_for_delivery, proven
from warehouse.couriers.points import change_point, close_point, open_point
from warehouse.couriers.runs import fail_stop
from warehouse.couriers.tomorrow import promise_planned_runs

pytestmark = pytest.mark.django_db
KIOSK = "Kiosk Yilmaz, Torstraße 9, 10119 Berlin"
WISH = f"Take it to a pickup point: {KIOSK}"


@pytest.fixture
def kiosk(monday_house):
    return make_point(monday_house.warehouse)


@pytest.fixture
def lea(monday_house):
    return make_user("lea@example.com", "Lea Lead", Role.LEAD, warehouse=monday_house.warehouse)


def loaded(order):
    return Order.objects.select_related("seller__warehouse").get(pk=order.pk)


def wishes(order):
    return proven(order).get(f"/track/{order.token}/state.json").json()["personal"]["wishes"]


def test_the_closest_postcodes_come_first_and_far_ones_not_at_all(monday_house):
    order = loaded(make_order(monday_house.ada, {"LAMP": 1}, postcode="10117"))
    for name, code in (
        ("Far", "80331"), ("Same", "10117"), ("Town", "10999"), ("Road", "10119"),
        ("Ring", "12043"), ("Next", "10178"), ("Edge", "13353"), ("No code", ""),
    ):  # fmt: skip
        make_point(monday_house.warehouse, name, postcode=code)
    make_point(monday_house.warehouse, "Shut", postcode="10117", is_active=False)
    make_point(monday_house.warehouse, "Abroad", postcode="10117", country="FR")

    assert [point.name for point in points_near(order)] == ["Same", "Road", "Next", "Town", "Ring"]

    shown = page_of(order)
    assert shown.count("In your postcode area") == 1
    assert "The ones whose postcode is most like yours come first." in shown
    assert "Mon–Fri 9:00–18:00, Sat 9:00–12:00" in shown
    assert "Kept there for 7 days" in shown


def test_only_with_the_mailed_code(monday_house, kiosk):
    order, _ = out_for_delivery(monday_house, {"LAMP": 1}, postcode="10117")
    with time_machine.travel(ON_THE_DAY, tick=False):
        assert "pickup" in forms(order)
        assert choose(order, "pickup", point=str(kiosk.pk)).status_code == 403
        assert not Wish.objects.exists()
        client = proven(order, by_code=True)
        for wrong, status in {"": 422, "roof": 422, str(order.pk): 409}.items():
            assert choose(order, "pickup", client, point=wrong).status_code == status
        assert not Wish.objects.exists()
        for _ in range(2):
            assert choose(order, "pickup", client, point=str(kiosk.pk)).status_code == 302
    assert Wish.objects.get().text == KIOSK, "pressed twice, chosen once"


def test_it_takes_the_place_of_a_neighbour_and_the_other_way_round(monday_house, kiosk):
    order = make_order(monday_house.ada, {"LAMP": 1}, postcode="10117")
    client = proven(order, by_code=True)
    choose(order, "place", client, place="neighbour", where="Mrs Pale")
    choose(order, "pickup", client, point=str(kiosk.pk))
    assert wishes(order) == [WISH]
    choose(order, "withdraw", client, kind="pickup")
    assert wishes(order) == []
    choose(order, "pickup", client, point=str(kiosk.pk))
    choose(order, "place", client, place="safe_place", where="Shed")
    assert wishes(order) == ["Leave it in a safe place: Shed"]


def test_another_carrier_or_another_address_ends_it(monday_house, kiosk):
    order = make_order(monday_house.ada, {"LAMP": 1}, postcode="10117")
    choose_point(order, kiosk.pk)
    address = {"street": "Neue Straße 5", "postcode": "10117", "city": "Berlin"}
    change_address(order, address)
    assert Wish.objects.get().end == "superseded"
    choose_point(order, kiosk.pk)
    Order.objects.filter(pk=order.pk).update(service={"carrier": "peer", "name": "Express"})
    assert wishes(order) == [f"{WISH} – no longer possible"]
    assert "pickup" not in forms(order)
    with pytest.raises(TooLate):
        choose_point(order, kiosk.pk)


def test_courier_dispatcher_and_seller_read_what_was_chosen(monday_house, kiosk, lea):
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, postcode="10117")
    stop = run.stops.last()
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_point(order, kiosk.pk)
        lead, cory = signed_in(lea), signed_in(monday_house.cory)
        seller = signed_in(monday_house.ada.owner)
        listed = lead.get(f"/warehouse/runs/{run.pk}/").content.decode()
        door = cory.get("/courier/", {"stop": stop.pk}).content.decode()
        page = seller.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert f"Customer’s choice: pickup point</strong> <bdi>{KIOSK}" in listed
    assert f'required value="{KIOSK}"' in door
    assert 'required value="2026-12-01"' in door, "for as long as the kiosk keeps it"
    assert f"<dt>Pickup point</dt><dd><bdi>{KIOSK}</bdi></dd>" in page


def drop(cory, stop, **given):
    page = cory.get("/courier/", {"stop": stop.pk}).content.decode()
    client_id = page.split('name="client_id" value="')[1][:36]
    sent = {"client_id": client_id, "sequence": 1, "place": KIOSK, "until": "2026-12-01"}
    return cory.post(f"/courier/stops/{stop.pk}/pickup/", sent | given)


def test_after_it_the_customer_reads_where_when_and_until(monday_house, kiosk):
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, postcode="10117")
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_point(order, kiosk.pk)
        assert drop(signed_in(monday_house.cory), run.stops.last()).status_code == 302
        mail = said(order, "at_pickup_point", now=ON_THE_DAY)
        text = said(order, "at_pickup_point", "sms", now=ON_THE_DAY).text
        seen = proven(order).get(f"/track/{order.token}/state.json").json()
    assert Package.objects.get(order=order).pickup_point == KIOSK
    assert f"{KIOSK}\nMon–Fri 9:00–18:00, Sat 9:00–12:00\nUntil Tue 1 Dec" in mail.text
    assert f"{KIOSK} by Tue 1 Dec" in text
    assert KIOSK in seen["notices"][0]["text"]
    assert (
        seen["personal"]["wishes"] == [f"{WISH} – no longer possible"]
        or not seen["personal"]["wishes"]
    )


def test_where_a_courier_typed_another_place_no_hours_are_told(monday_house, kiosk):
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, postcode="10117")
    with time_machine.travel(ON_THE_DAY, tick=False):
        drop(signed_in(monday_house.cory), run.stops.last(), place="Bakery, Ringweg 4")
        mail = said(order, "at_pickup_point", now=ON_THE_DAY)
    assert "Bakery, Ringweg 4\nUntil Tue 1 Dec" in mail.text


def test_messages_name_the_point_and_ask_for_no_neighbour(monday_house, kiosk, lea):
    boxes = sent_packages(monday_house, {"LAMP": 1}, postcode="10117")
    order = Order.objects.get(pk=boxes[0].order_id)
    choose_point(order, kiosk.pk)
    planned_run(monday_house, boxes, on=date(2026, 11, 24))
    with time_machine.travel(EVENING, tick=False):
        promise_planned_runs()
        announce_tomorrow()
        for language in LANGUAGES:
            order.messages.update(language=language)
            assert KIOSK in said(order, "delivery_tomorrow", now=EVENING).text
        order.messages.update(language="en")
        mail = said(order, "delivery_tomorrow", now=EVENING)
        close_point(kiosk, actor=lea)
        after = said(order, "delivery_tomorrow", now=EVENING)
    assert f"It goes to the pickup point that you chose ({KIOSK})." in mail.text
    assert "Not at home?" not in mail.text
    assert "pickup point" not in after.text
    assert "Not at home?" in after.text


def test_a_point_that_closes_is_told_as_not_kept_and_nobody_drives_there(monday_house, kiosk, lea):
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, postcode="10117")
    stop = run.stops.last()
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_point(order, kiosk.pk)
        close_point(kiosk, actor=lea)
        door = signed_in(monday_house.cory).get("/courier/", {"stop": stop.pk}).content.decode()
        page = signed_in(monday_house.ada.owner).get(f"/dashboard/orders/{order.pk}/")
        assert wishes(order) == [f"{WISH} – no longer possible"]
        assert "Kiosk Yilmaz" not in door
        assert "closed since: it goes to the door" in page.content.decode()
        assert "pickup" not in forms(order)
        client = proven(order, by_code=True)
        assert choose(order, "pickup", client, point=str(kiosk.pk)).status_code == 302, "it is so"
        open_point(kiosk, actor=lea)
        assert wishes(order) == [WISH]
        fail_stop(stop, reason="refused", actor=monday_house.cory)
        assert wishes(order) == [f"{WISH} – no longer possible"]


def test_what_customers_chose_keeps_its_name_and_address(monday_house, kiosk, lea):
    given = {name: getattr(kiosk, name) for name in ("street", "postcode", "city", "country")}
    given |= {"name": "Kiosk Demir", "hours": ["8–20"] * 7, "days_kept": 3}
    renamed = change_point(kiosk, given, actor=lea)
    assert renamed.label == "Kiosk Demir, Torstraße 9, 10119 Berlin"
    choose_point(make_order(monday_house.ada, {"LAMP": 1}, postcode="10117"), kiosk.pk)
    with pytest.raises(DomainError, match="Customers have chosen Kiosk Demir"):
        change_point(kiosk, given | {"name": "Kiosk"}, actor=lea)
    assert change_point(kiosk, given | {"days_kept": 5}, actor=lea).days_kept == 5


def test_hours_are_told_in_days_of_the_language():
    hours = ["9–18", "9–18", "", "9–18", "9–18", "9–12", ""]
    assert open_hours(hours, "en") == "Mon–Tue 9–18, Thu–Fri 9–18, Sat 9–12"
    assert open_hours(hours, "de") == "Mo–Di 9–18, Do–Fr 9–18, Sa 9–12"
    assert open_hours(hours, "ja") == "月–火 9–18、木–金 9–18、土 9–12"
    assert open_hours(["8–20"] + [""] * 6, "ar") == "الاثنين \u20688–20\u2069"
    assert open_hours(["8–20"] * 7, "fr") == "lun.–dim. 8–20"
    assert open_hours([""] * 7, "en") == ""
