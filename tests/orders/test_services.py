"""Services: where they go, which of them an order gets, and what becomes of those out of reach."""

from datetime import UTC, datetime, time

import pytest
import time_machine

from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError, InvalidInput
from orders.intake.acceptance import accept_orders
from orders.lifecycle.address import PostalAddress, enter_address
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.edit import edit_order
from orders.lifecycle.edit_lines import add_units
from orders.lifecycle.holds import release_hold
from orders.models import Event, Hold, Order, Promise, Seller, Service
from orders.promises.explaining import explain
from orders.promises.reaching import reach_held_orders
from orders.promises.windows import first_day
from orders.services.editing import add_service as add
from orders.services.editing import (
    adopt_services,
    change_service,
    delete_service,
    place_service,
    shift_service,
    switch_service,
)
from orders.services.known import offers_of
from orders.services.reach import Goal, Offer, Place, Size, Start, chosen_of, goal_of
from orders.values.postcodes import plain_postcode, postcodes, specificity
from orders.values.unfit import Unfit
from tests.api.asking import ask
from tests.notifications.saying import said
from tests.support.cast import incoming, put_stock
from tests.support.statements import count_statements
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOBODY_THERE = (
    "No service to Sydney, Australia (2000) takes it. "
    "Our own couriers do not drive there, and no other carrier is connected."
)
HOME = Start(("DE",))
SYDNEY = {"country": "AU", "postcode": "2000", "city": "Sydney", "street": "1 George St"}


POST = {"name": "Post", "carrier": "own"}


def goal(country, low=1, high=2, postcodes="", **more):
    return {"country": country, "postcodes": postcodes, "days_min": low, "days_max": high} | more


def service(side, name, *goals, **given):
    values = {"name": name, "days": "weekdays", "carrier": "own"} | given
    return add(fresh(side), values, goals, actor=side.owner)


def fresh(side):
    return Seller.objects.select_related("warehouse").get(pk=side.seller.pk)


def begin_anew(side):
    """As a seller who never made a service: own couriers, at home."""
    Service.objects.filter(seller=side.seller).delete()
    Seller.objects.filter(pk=side.seller.pk).update(services_version=None)


def accept(side, lines, **fields):
    side.channel.seller = fresh(side)
    (accepted,) = accept_orders(side.channel, [incoming(lines, **fields)])
    return Order.objects.get(pk=accepted.order_id)


def held(order):
    rows = order.holds.filter(released_at__isnull=True)
    return [(hold.reason, hold.detail) for hold in rows]


def dates(order):
    rows = Promise.objects.filter(order=order, kind="arrives", shipment=None)
    return [(str(row.outcome), row.was_told) for row in rows.order_by("made_at", "pk")]


def days_of(order):
    row = Promise.objects.filter(order=order, kind="arrives").latest("made_at", "pk")
    return first_day(row).isoformat(), row.local_on.isoformat()


def test_a_postcode_is_among_beginnings_and_ranges():
    for country, code, wanted, close in (
        ("FR", "20090", ["20"], 2), ("FR", "13001", ["20"], 0), ("FR", "20090", ["20", "2009"], 4),
        ("US", "10001", ["10000-14999"], 5), ("US", "15000", ["10000-14999"], 0),
        ("US", "10001-1234", ["10000-14999"], 5), ("DE", "01067", ["01000-05999"], 5),
        ("DE", "1067", ["01000-05999"], 0), ("JP", "900-0001", ["90"], 2),
        ("BR", "01310-100", ["01310-100"], 8), ("PT", "9000-017", ["9000-9999"], 4),
        ("GB", "BT1 5GS", ["BT"], 2), ("GB", "B1 1AA", ["BT"], 0), ("GB", "BT1 5GS", ["B"], 0),
        ("GB", "im1 1ag", ["IM"], 2), ("GB", "PA2 6BU", ["PA20-PA49"], 0),
        ("GB", "PA20 9AA", ["PA20-PA49"], 4), ("GB", "PA20 9AA", ["PA2"], 0),
        ("GB", "KW17 2AA", ["KW15-KW17"], 4), ("GB", "SW1A 1AA", ["SW1"], 3),
        ("GB", "E1 4AB", ["E1"], 2), ("GB", "E14 5AB", ["E1"], 0),
        ("GB", "ZE2 9AA", ["ZE1-ZE3"], 3),
        ("IE", "D02 X285", ["D01-D24"], 3), ("CA", "K1A 0B1", ["K"], 1), ("DE", "", ["1"], 0),
    ):  # fmt: skip
        kept = [postcodes(text) for text in wanted]
        found = specificity(kept, plain_postcode(code), country)
        assert found == close, (country, code, wanted)
    for text in ("", "14999-10000", "1-", "ä", "12;", "-", "A" * 22):
        with pytest.raises(Unfit):
            postcodes(text)


def test_the_most_specific_destination_decides():
    goals = (
        Goal("*", (), (5, 10)), Goal("EU", (), (3, 5)), Goal("FR", (), (2, 3)),
        Goal("FR", ("20",), (4, 7)), Goal("FR", ("201",), None), Goal("FR", ("20",), (9, 9)),
    )  # fmt: skip
    offer = Offer("1", "S", "own", "weekdays", None, goals)
    for country, code, days in (
        ("FR", "75001", (2, 3)), ("FR", "20090", (4, 7)), ("FR", "20100", None), ("FR", "", (2, 3)),
        ("AT", "1010", (3, 5)), ("US", "20100", (5, 10)), ("GB", "BT1", (5, 10)),
    ):  # fmt: skip
        assert goal_of(offer, country, code).days == days, (country, code)
    assert goal_of(offer, "", "20100") is None

    light = Offer("2", "Light", "own", "weekdays", None, (Goal("FR", (), (1, 1)),), most_units=2)
    found = {
        units: chosen_of([light, offer], Place("FR", "75001"), Size(units), HOME)[0].offer.name
        for units in (2, 3)
    }
    assert found == {2: "Light", 3: "S"}
    look, refusal = chosen_of([light], Place("FR", "75001", "Paris"), Size(3), HOME)
    assert look is None
    assert refusal == (
        "No service to Paris, France (75001) takes it. Light takes 2 units, and it has 3."
    )
    look, refusal = chosen_of([offer], Place("FR", "20100", "Bonifacio"), Size(1), HOME)
    assert (look, refusal) == (None, "No service reaches Bonifacio, France (20100)")


def test_who_never_made_a_service_brings_parcels_at_home_and_holds_the_others(ada, lamp):
    begin_anew(ada)
    with time_machine.travel(MONDAY, tick=False):
        at_home = accept(ada, {"LAMP": 1})
        abroad = accept(ada, {"LAMP": 1}, **SYDNEY)
    assert (held(at_home), dates(at_home)) == ([], [("open", True)])
    assert at_home.service["name"] == "Own couriers"
    assert days_of(at_home) == ("2026-11-24", "2026-11-26")
    assert held(abroad) == [("no_service", "No service reaches Sydney, Australia (2000)")]
    assert (abroad.status, dates(abroad)) == ("on_hold", [("released", False)])
    mail = said(abroad, "confirmed")
    assert "check something before we can ship it. We will send you the date" in mail.text
    assert "arrive" not in mail.text.lower() + mail.subject.lower()

    with pytest.raises(DomainError, match="add a destination"):
        release_hold(abroad.holds.get(), actor=ada.owner)
    # The service of the beginning becomes a row beside the first that is added.
    service(ada, "Post", goal("*", 5, 10))
    assert [offer.name for offer in offers_of(fresh(ada))] == ["Own couriers", "Post"]


def test_orders_out_of_reach_go_on_once_a_service_serves_them(ada, lamp):
    begin_anew(ada)
    with time_machine.travel(MONDAY, tick=False) as clock:
        put_stock(lamp, 9)
        sydney = accept(ada, {"LAMP": 1}, **SYDNEY)
        tokyo = accept(ada, {"LAMP": 1}, country="JP", postcode="100-0001", city="Tokyo")
        allocate_due()
        assert reach_held_orders() == 0
        clock.shift(3600)
        post = service(ada, "Post", goal("AU", 5, 8), days="saturdays")
        assert (reach_held_orders(), reach_held_orders()) == (2, 0)
        sydney.refresh_from_db()
        assert (held(sydney), sydney.service["name"]) == ([], "Post")
        assert dates(sydney) == [("released", False), ("open", True)]
        assert days_of(sydney) == ("2026-11-28", "2026-12-04")
        assert "no_service" in dict(held(tokyo))
        # Switched off and on, changed, moved, deleted: each time those that wait are looked at.
        switch_service(post, is_active=False, actor=ada.owner)
        assert reach_held_orders() == 1
        change_service(post, POST | {"days": "all"}, [goal("JP", 3, 4)], actor=ada.owner)
        assert reach_held_orders() == 1
        assert held(tokyo)  # it is off
        switch_service(post, is_active=True, actor=ada.owner)
        shift_service(post, steps=-1, actor=ada.owner)
        assert reach_held_orders() == 1
        assert held(tokyo) == []
        delete_service(post, actor=ada.owner)
    assert [row.name for row in adopt_services(fresh(ada))] == ["Own couriers"]
    # What was promised stays as it was promised.
    assert Order.objects.get(pk=sydney.pk).service["max"] == 8


def test_a_position_holds_wherever_others_have_moved_it_meanwhile(ada):
    begin_anew(ada)
    first, post, parcel = (
        *adopt_services(fresh(ada)),
        service(ada, "Post", goal("DE", 1, 2)),
        service(ada, "Parcel", goal("DE", 1, 2)),
    )
    shift_service(Service.objects.get(pk=parcel.pk), steps=-2, actor=None)

    place_service(parcel, position=2, actor=None)  # of which it thinks it is the third

    assert [row.pk for row in adopt_services(fresh(ada))] == [first.pk, parcel.pk, post.pk]
    assert place_service(first, position=9, actor=None).position == 3


def test_without_a_carrier_it_promises_only_where_own_couriers_drive(ada, lamp):
    begin_anew(ada)
    for row in adopt_services(fresh(ada)):
        delete_service(row, actor=None)
    service(ada, "Standard", goal("*", 1, 4), carrier="")
    with time_machine.travel(MONDAY, tick=False):
        at_home = accept(ada, {"LAMP": 1})
        abroad = accept(ada, {"LAMP": 1}, **SYDNEY)
        assert (held(at_home), at_home.service["name"]) == ([], "Standard")
        assert held(abroad) == [("no_service", NOBODY_THERE)]
        assert dates(abroad) == [("released", False)]
        looks = explain(fresh(ada), Place("AU", "2000", "Sydney"), Size(1), MONDAY)
        assert (looks.found, looks.refusal) == (None, NOBODY_THERE)
        service(ada, "Couriers", goal("AU", 5, 8), carrier="own")
        assert reach_held_orders() == 1
    abroad.refresh_from_db()
    assert (held(abroad), abroad.service["name"]) == ([], "Standard")


def test_another_connected_carrier_goes_where_own_couriers_do_not(ada, lamp, carrier_peer):
    begin_anew(ada)
    service(ada, "Standard", goal("*", 1, 4), carrier="")
    abroad = accept(ada, {"LAMP": 1}, **SYDNEY)
    assert (held(abroad), abroad.service["name"]) == ([], "Standard")


def test_a_carrier_that_is_connected_is_asked_about_what_was_held(ada, lamp, request):
    begin_anew(ada)
    service(ada, "Standard", goal("*", 1, 4), carrier="")
    abroad = accept(ada, {"LAMP": 1}, **SYDNEY)
    assert (reach_held_orders(), held(abroad)) == (0, [("no_service", NOBODY_THERE)])
    request.getfixturevalue("carrier_peer")
    assert (reach_held_orders(), reach_held_orders()) == (1, 0)
    abroad.refresh_from_db()
    assert (held(abroad), abroad.service["name"]) == ([], "Standard")


def test_an_edited_address_is_chosen_for_again(ada, lamp):
    begin_anew(ada)
    service(ada, "Post", goal("FR", 2, 3), goal("FR", 4, 7, "20"), carrier="own")
    with time_machine.travel(MONDAY, tick=False) as clock:
        put_stock(lamp, 9)
        order = accept(ada, {"LAMP": 1})
        allocate_due()
        clock.shift(60)
        paris = {"street": "1 Rue", "postcode": "75001", "city": "Paris", "country": "FR"}
        edit_order(order, paris, actor=ada.owner)
        assert days_of(order) == ("2026-11-25", "2026-11-27")
        clock.shift(60)
        edit_order(order, {"postcode": "20090", "city": "Ajaccio"}, actor=ada.owner)
        assert days_of(order) == ("2026-11-27", "2026-12-03")
        assert [row[0] for row in dates(order)] == ["moved", "moved", "open"]
        last = Event.objects.filter(order=order, kind="order.edited").latest("pk")
        assert last.data["service"] == {"before": "Post", "after": "Post"}
        clock.shift(60)
        edit_order(order, SYDNEY, actor=ada.owner)
        # Withdrawn at once: nobody knows a date.
        assert held(order) == [("no_service", "No service reaches Sydney, Australia (2000)")]
        assert [row[0] for row in dates(order)] == ["moved"] * 3
        kinds = Event.objects.filter(order=order, kind__startswith="promise.").order_by("pk")
        assert [event.kind for event in kinds] == [
            "promise.moved", "promise.moved", "promise.withdrawn",
        ]  # fmt: skip
        clock.shift(60)
        cancelled = cancel_order(Order.objects.get(pk=order.pk), actor=ada.owner)
        undo_cancellation(cancelled, actor=ada.owner)
        assert [reason for reason, _ in held(order)] == ["no_service"]
        clock.shift(60)
        edit_order(Order.objects.get(pk=order.pk), paris, actor=ada.owner)
        allocate_due()
        assert (held(order), dates(order)[-1]) == ([], ("open", True))


def test_an_order_without_an_address_is_chosen_for_when_it_has_one(ada, lamp):
    begin_anew(ada)
    service(ada, "Post", goal("FR", 2, 3))
    with time_machine.travel(MONDAY, tick=False):
        order = accept(ada, {"LAMP": 1}, street="")
        assert (order.service, [row[0] for row in held(order)]) == (None, ["no_address"])
        enter_address(order, address=PostalAddress("Jo", "1 Rue", "75001", "Paris", "FR"),
                      actor=ada.owner)  # fmt: skip
        assert (held(order), Order.objects.get(pk=order.pk).service["name"]) == ([], "Post")


def test_what_was_to_be_collected_needs_a_service_when_it_is_sent(ada, lamp):
    begin_anew(ada)
    for fields, reasons in ((SYDNEY, ["no_service"]), ({}, [])):
        order = accept(ada, {"LAMP": 1}, is_pickup=True, is_held=True, **fields)
        hold = Hold.objects.create(seller=ada.seller, order=order, reason=Hold.Reason.PICKUP)
        assert order.service is None
        release_hold(hold, actor=ada.owner)
        assert [reason for reason, _ in held(order)] == reasons


def test_limits_of_goods_are_kept_to(ada, lamp):
    begin_anew(ada)
    for row in adopt_services(fresh(ada)):
        switch_service(row, is_active=False, actor=ada.owner)
    service(ada, "Letter", goal("DE", 1, 1), most_grams=500, most_units=4)
    heavy = accept(ada, {"LAMP": 3})
    [(reason, detail)] = held(heavy)
    assert reason == "no_service"
    assert detail.endswith("takes it. Letter takes 500 g, and it weighs 750 g.")
    cancel_units(heavy, {heavy.lines.get().pk: 1}, actor=ada.owner)
    assert held(heavy) == []
    light = accept(ada, {"LAMP": 2})
    assert held(light) == []
    add_units(light, {light.lines.get().pk: 1}, actor=ada.owner)
    assert [row[0] for row in held(light)] == ["no_service"]


def test_a_service_is_refused_by_field(ada):
    for given, goals, fields in (
        ({"name": ""}, [goal("DE")], {"name"}),
        ({"carrier": "x", "days": "never", "cut_off": "25:00"}, [goal("DE")],
         {"carrier", "days", "cut_off"}),
        ({"most_value": 5}, [goal("DE")], {"currency"}),
        ({}, [], {"destinations"}),
        ({}, [goal("XX"), goal("*", postcodes="1"), goal("DE", 3, 2), goal("FR", None)],
         {"destinations[0].country", "destinations[1].postcodes", "destinations[2].days_max",
          "destinations[3].days_min"}),
        ({}, [goal("DE", 0, 61), goal("DE", postcodes="9-")],
         {"destinations[0].days_max", "destinations[1].postcodes"}),
    ):  # fmt: skip
        before = Service.objects.count()
        with pytest.raises(InvalidInput) as refused:
            add(fresh(ada), {"name": "S", "days": "weekdays"} | given, goals, actor=ada.owner)
        assert {path for path, _ in refused.value.problems} == fields
        assert Service.objects.count() == before
    made = service(ada, "Noon", goal("DE", is_served=False), cut_off="12:30")
    assert Service.objects.get(pk=made.pk).cut_off == time(12, 30)
    with pytest.raises(DomainError, match="Nothing of the service"):
        change_service(made, {"name": "Noon", "carrier": "own", "days": "weekdays",
                              "cut_off": "12:30"},
                       [goal("DE", is_served=False)], actor=ada.owner)  # fmt: skip


def test_the_intake_asks_for_services_once_a_version(ada, lamp):
    def cost(number):
        order = {
            "reference": f"s{number}", "number": f"s{number}", "placed_at": "2026-11-23T09:00:00Z",
            "customer": {"name": "Jo", "email": "jo@example.com"}, "currency": "EUR",
            "address": {"street": "1 Rue", "city": "Paris", "postcode": "75001", "country": "FR"},
            "lines": [{"sku": "LAMP", "quantity": 1}],
        }  # fmt: skip
        with count_statements() as statements:
            answer = ask(ada, "orders/", order, idempotency_key=f"s{number}")
        assert answer.status_code == 201, answer.content
        return len(statements)

    cost(0)
    least = cost(1)
    service(ada, "Post", goal("FR", 2, 3))
    assert [cost(number) for number in range(2, 5)] == [least + 1, least, least]
    assert not Hold.objects.exists()
