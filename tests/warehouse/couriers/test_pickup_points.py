"""A pickup point is chosen, reaches whoever drives there, and is told of as it was chosen."""

from datetime import date

import pytest
import time_machine
from django.utils.html import strip_tags

from notifications.facts import load_facts
from notifications.guards.trimming import trim
from notifications.languages import LANGUAGES
from notifications.models import Message
from orders.access import Role
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.models import Event, Order, Package, PickupPoint, Wish
from orders.promises.tomorrow import announce_tomorrow
from orders.wishes.choosing import TooLate, change_address, choose_at_door, choose_point
from orders.wishes.points import open_hours, points_near
from tests.notifications.saying import said
from tests.support.cast import make_order, make_point, make_user, make_warehouse
from tests.support.stages import planned_run, sent_packages
from tests.test_doors import signed_in
from tests.tracking.test_choices_named import EVENING
from tests.tracking.test_wishes import choose, forms, page_of
from tests.tracking.tracked import ON_THE_DAY, out_for_delivery, proven
from tests.warehouse.screens.floor import Worker
from warehouse.couriers.points import FIELDS, change_point, close_point
from warehouse.couriers.runs import deliver_stop, fail_stop
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


def hours_on_page(order):
    seen = proven(order).get(f"/track/{order.token}/state.json").json()
    return seen["parcels"][0]["open_hours"]


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
    assert "Mon–Fri 9:00–18:00, Sat 9:00–12:00" in strip_tags(shown)
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
        page = proven(order).get(f"/track/{order.token}/").content.decode()
        close_point(kiosk, actor=None)
        assert wishes(order) == [WISH], "it waits there all the same"
        assert hours_on_page(order) == "", "of a closed one nobody knows them"
    assert Package.objects.get(order=order).pickup_point == KIOSK
    assert f"{KIOSK}\nMon–Fri 9:00–18:00, Sat 9:00–12:00\nUntil Tue 1 Dec" in mail.text
    assert f"{KIOSK} by Tue 1 Dec" in text
    assert KIOSK in seen["notices"][0]["text"]
    assert seen["parcels"][0]["open_hours"] == "Mon–Fri 9:00–18:00, Sat 9:00–12:00"
    assert "Mon–Fri 9:00–18:00, Sat 9:00–12:00" in strip_tags(page)
    assert seen["personal"]["wishes"] == [WISH]


def test_where_a_courier_typed_another_place_no_hours_are_told(monday_house, kiosk):
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, postcode="10117")
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_point(order, kiosk.pk)
        drop(signed_in(monday_house.cory), run.stops.last(), place="Bakery, Ringweg 4")
        mail = said(order, "at_pickup_point", now=ON_THE_DAY)
        assert wishes(order) == [f"{WISH} – no longer possible"]
        assert hours_on_page(order) == ""
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
        assert "has closed since" in page.content.decode()
        assert "pickup" not in forms(order)
        client = proven(order, by_code=True)
        assert choose(order, "pickup", client, point=str(kiosk.pk)).status_code == 302, "it is so"
        fail_stop(stop, reason="refused", actor=monday_house.cory)
        assert wishes(order) == [f"{WISH} – no longer possible"]


def test_who_chose_a_point_that_closes_is_told_that_it_comes_to_the_door(monday_house, kiosk, lea):
    mine, other, gone, off = (
        make_order(monday_house.ada, {"LAMP": 1}, postcode="10117") for _ in range(4)
    )
    for order in (mine, gone, off):
        choose_point(order, kiosk.pk)
    choose_at_door(other, "neighbour", "Mrs Pale")
    choose_at_door(gone, "neighbour", "Mrs Pale")
    cancel_order(off, actor=None)
    close_point(kiosk, actor=lea)

    told = Message.objects.filter(template="point_closed").values_list("order", "channel")
    assert {pk for pk, _ in told} == {mine.pk}
    letter = said(mine, "point_closed")
    assert letter.subject == f"The pickup point for order {mine.number} has closed"
    assert "has closed: we bring the parcel to your address instead." in letter.text
    assert "Name a neighbour or a safe place on the tracking page" in letter.text
    choose_at_door(mine, "neighbour", "Mrs Pale")
    later = said(mine, "point_closed").text
    assert "to your address" not in later
    assert "Name a neighbour" not in later


def test_of_a_closed_point_nobody_hears_to_whom_nothing_comes(monday_house, kiosk, lea):
    brought, run = out_for_delivery(monday_house, {"LAMP": 1}, postcode="10117")
    off, waits = (make_order(monday_house.ada, {"LAMP": 1}, postcode="10117") for _ in range(2))
    with time_machine.travel(ON_THE_DAY, tick=False):
        for order in (brought, off, waits):
            choose_point(order, kiosk.pk)
        close_point(kiosk, actor=lea)
        rows = Message.objects.filter(template="point_closed", channel="email").order_by("pk")
        assert [fact.stale for fact in trim(load_facts(list(rows)))] == [None] * 3
        deliver_stop(run.stops.last(), received_by="Grace", actor=monday_house.cory)
        cancel_order(off, actor=None)
        told = [fact for fact in trim(load_facts(list(rows.all()))) if not fact.stale]
    assert [fact.order.pk for fact in told] == [waits.pk]


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


FORM = {
    "name": "Kiosk Yilmaz", "street": "Torstraße 9", "postcode": "10119", "city": "Berlin",
    "country": "DE", "days_kept": "5", "day_0": "9–18", "day_5": "9–12",
}  # fmt: skip


def test_the_lead_keeps_the_list(monday_house, lea):
    screen, url = Worker(lea), "/warehouse/points/"
    assert "No pickup points" in screen.opens(url).text
    for wrong, said_so in (
        ({"name": "\u200b"}, "Enter the name, the street and the town."),
        ({"postcode": "1011"}, "expected a postcode of DE like"),
        ({"country": "XX"}, "The address is wrong: expected a country"),
        ({"country": " "}, "Country: nothing entered."),
        ({"days_kept": "31"}, "Days kept: at most 30, not 31."),
        ({"day_3": "x" * 41}, "Thursday: at most 40 characters, not 41."),
        ({"name": "x" * 60, "city": "y" * 60}, "Name and address have at most 120 characters"),
    ):
        refused = screen.sends(f"{url}add/", **FORM | wrong)
        assert (refused.status, said_so in refused.says) == (409, True), refused.says
        assert 'value="Torstraße 9"' in refused.html, "what was typed stays"
    assert not PickupPoint.objects.exists()

    added = screen.sends(f"{url}add/", **FORM)
    assert added.says == "Kiosk Yilmaz is offered to customers."
    assert "Mon 9–18, Sat 9–12 · keeps parcels 5 days" in added.text
    assert "on the list already" in screen.sends(f"{url}add/", **FORM).says
    point = PickupPoint.objects.get()
    one = f"{url}{point.pk}/"
    assert 'value="9–12"' in screen.opens(one).html
    assert screen.sends(one, **FORM | {"day_0": "", "day_6": "8–20"}).status == 200
    closed = screen.sends(f"{one}close/")
    assert closed.says == "Kiosk Yilmaz is closed: no customer can choose it."
    assert screen.sends(f"{one}close/").says == "Kiosk Yilmaz is closed already."
    assert screen.sends(one, **FORM).says == "Kiosk Yilmaz is closed: add it anew."
    assert screen.sends(f"{url}add/", **FORM).says == "Kiosk Yilmaz is offered to customers."
    point.refresh_from_db()
    assert (point.hours, point.is_active) == (["", "", "", "", "", "9–12", "8–20"], False)
    kinds = Event.objects.filter(subject_id=point.pk).order_by("pk").values_list("kind", "data")
    assert list(kinds) == [
        ("pickup_point.added", {"fields": [*FIELDS]}),
        ("pickup_point.changed", {"fields": ["hours"]}),
        ("pickup_point.closed", {}),
    ]


def test_the_lead_of_another_warehouse_sees_none_of_them(kiosk):
    other = make_user("lo@example.com", "Lo", Role.LEAD, warehouse=make_warehouse("HAM"))
    assert "No pickup points" in Worker(other).opens("/warehouse/points/").text
    assert Worker(other).opens(f"/warehouse/points/{kiosk.pk}/").status == 404
