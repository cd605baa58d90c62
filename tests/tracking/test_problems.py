"""A customer reports a problem on the tracking page; the seller sees it, and answers."""

from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from fulfillment.tracking.wording import acts_in
from orders.catalogue.pictures import MOST_BYTES
from orders.errors import DomainError
from orders.lifecycle.erasing import erase_orders
from orders.models import Event, Order, OrderLine, Problem, ProblemPhoto, Return
from orders.problems.answering import answer_problem
from orders.problems.reporting import reportable
from orders.returns.handling import request_return
from orders.returns.left import returnable_units
from orders.wishes.choosing import call_off
from tests.notifications.saying import said
from tests.support.stages import delivered_order
from tests.test_doors import signed_in
from tests.tracking.tracked import AT_THE_DOOR, proven, state
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.same_stages]
GPS = 0x8825


@pytest.fixture
def order(monday_house):
    """Two lamps and a shade that have come."""
    order = delivered_order(monday_house, {"LAMP": 2, "SHADE": 1})
    with time_machine.travel(AT_THE_DOOR, tick=False):
        yield Order.objects.get(pk=order.pk)


def photo(name="door.jpg", size=(1200, 900)):
    """A photo with the place where it was taken."""
    out, exif = BytesIO(), Image.Exif()
    exif[GPS] = {1: "N", 2: (52.0, 31.0, 12.0)}
    Image.new("RGB", size, "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def unit(order, sku):
    return f"{order.packages.get().pk}.{order.lines.get(sku=sku).pk}"


def report(order, sku="LAMP", **given):
    fields = {"unit": unit(order, sku), "kind": "damaged", "quantity": "1"} | given
    return proven(order).post(f"/track/{order.token}/problem/", fields)


def missing_parcel(order, **given):
    return proven(order).post(f"/track/{order.token}/problem/", {"kind": "not_arrived"} | given)


def cases(order):
    return proven(order).get(f"/track/{order.token}/state.json").json()["personal"]["cases"]


def test_a_report_is_checked_and_kept_with_clean_photos(order):
    url = f"/track/{order.token}/problem/"
    assert proven(order).get(url).status_code == 200
    other = unit(order, "LAMP").replace(str(order.lines.get(sku="LAMP").pk), str(order.pk))
    too_large = SimpleUploadedFile("x.jpg", b"\xff" * (MOST_BYTES + 1))
    for given, problem in (
        ({"unit": other}, "Please choose one."),
        ({"unit": ""}, "Please choose one."),
        ({"kind": "bored"}, "Please choose one."),
        ({"quantity": "3"}, "Choose a number from 1 to 2."),
        ({"quantity": "-1"}, "Choose a number from 1 to 2."),
        ({"words": "x" * 501}, "At most 500 characters."),
        ({"photos": [photo() for _ in range(4)]}, "At most 3 photos."),
        ({"photos": SimpleUploadedFile("x.jpg", b"<html>")}, "not a photo that we can read"),
        ({"photos": too_large}, "not a photo that we can read"),
    ):
        refused = report(order, **{"words": "It fell"} | given)
        assert refused.status_code == 422, given
        assert problem in refused.content.decode(), given
        assert given.get("words", "It fell") in refused.content.decode(), "what was typed stays"
    assert not Problem.objects.exists()

    sent = report(order, words="It fell <b>apart</b>", photos=[photo(), photo(size=(90, 900))])

    assert (sent.status_code, sent.url) == (302, f"/track/{order.token}/")
    problem = Problem.objects.get()
    kept = [Image.open(BytesIO(bytes(row.image))) for row in problem.photos.order_by("pk")]
    assert [(image.format, image.size) for image in kept] == [
        ("WEBP", (800, 600)), ("WEBP", (80, 800)),
    ]  # fmt: skip
    assert not [image for image in kept if image.getexif()]
    assert report(order).status_code == 422, "one open case of a line in a parcel"
    assert [case["is_open"] for case in cases(order)] == [True]
    arabic = proven(order).get(f"/track/{order.token}/state.json?lang=ar").json()
    assert "\u2066Title of LAMP\u2069: " in arabic["personal"]["cases"][0]["what"]
    assert "fell" not in str(state(order, AT_THE_DOOR)), "not on the first level"
    assert "fell" not in str(list(Event.objects.values_list("data", flat=True)))
    erase_orders([order], actor=None)
    assert not ProblemPhoto.objects.exists()
    assert not Problem.objects.exclude(words="").exists()


def test_the_seller_answers_and_the_customer_sees_it(order, monday_house):
    house, ada = monday_house, signed_in(monday_house.ada.owner)
    report(order, "LAMP", quantity="2", words="Broken glass", photos=[photo()])
    report(order, "SHADE", kind="missing")
    lamp, shade = Problem.objects.order_by("reported_at", "pk")
    listed = ada.get("/dashboard/").content.decode()
    assert "Problems that customers report" in listed
    assert f"/dashboard/problems/{lamp.pk}/" in listed
    page = f"/dashboard/problems/{lamp.pk}/"
    shown = ada.get(page).content.decode()
    assert "Broken glass" in shown
    image = ada.get(f"/dashboard/photos/{lamp.photos.get().pk}/")
    assert (image["Content-Type"], image["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert signed_in(house.bo.owner).get(page).status_code == 404
    assert ada.post(page, {"answer": "words"}).status_code == 422, "without words"
    assert ada.post(page, {"answer": "nonsense"}).status_code == 422

    assert ada.post(page, {"answer": "replacement", "words": "So sorry!"}).status_code == 302
    with pytest.raises(DomainError, match="answered already"):
        answer_problem(lamp, "refund", words="", actor=house.ada.owner)

    lamp.refresh_from_db()
    allocate_due()
    line = OrderLine.objects.get(order=lamp.replacement)
    assert (line.replaces.sku, line.ordered, line.unit_price, line.allocated) == ("LAMP", 2, 0, 2)
    assert (lamp.replacement.street, lamp.replacement.number) == (
        order.street, f"{order.number}-R1",
    )  # fmt: skip
    back = f"/dashboard/problems/{shade.pk}/"
    assert ada.post(back, {"answer": "return"}).status_code == 422, "what did not come"
    assert ada.post(back, {"answer": "refund"}).status_code == 302
    assert "Reported problems: refund them" in ada.get("/dashboard/").content.decode()
    assert ada.post(f"{back}settle/").status_code == 302
    assert "Reported problems" not in ada.get("/dashboard/").content.decode()
    assert [(case["answer"], case["answer_words"]) for case in cases(order)] == [
        ("The shop refunds it.", ""),
        (f"The shop sends it again, as order {order.number}-R1.", "So sorry!"),
    ]


@pytest.mark.parametrize(("language", "between"), [("fr", "\u202f: "), ("de", ": ")])
def test_what_was_reported_is_written_as_the_language_writes_it(order, language, between):
    report(order, kind="wrong")
    seen = proven(order).get(f"/track/{order.token}/state.json?lang={language}").json()
    wrong = acts_in(language).wrong
    assert seen["personal"]["cases"][0]["what"] == f"1 × Title of LAMP{between}{wrong}"


def test_a_replacement_that_is_called_off_was_not_paid(order, monday_house):
    house, ada = monday_house, signed_in(monday_house.ada.owner)
    report(order, quantity="2")
    answer_problem(Problem.objects.get(), "replacement", words="", actor=house.ada.owner)
    allocate_due()
    again = Problem.objects.get().replacement
    delivery = f"/track/{again.token}/delivery/"
    form = proven(again, by_code=True).get(delivery).content.decode()
    assert "Nothing of this order will be sent." in form
    assert "refund" not in form
    call_off(again)
    assert cases(order)[0]["answer"] == (
        f"It was to be sent again as order {again.number}. That order was cancelled."
    )
    letter, shop = said(again, "called_off"), said(again, "seller_called_off")
    assert f"a replacement for order {order.number}: you have paid nothing" in letter.text
    assert f"a replacement for order {order.number}: nothing was paid for it" in shop.text
    assert "refund" not in letter.text + shop.text
    assert "Cancelled: refund them" not in ada.get("/dashboard/").content.decode()


def test_a_damaged_product_is_asked_for_back(order, monday_house):
    report(order)
    answer_problem(Problem.objects.get(), "return", words="", actor=monday_house.ada.owner)
    assert Return.objects.values_list("status", "reason").get() == ("approved", "damaged")
    assert cases(order)[0]["answer"] == "The shop wants it back: see the return on this page."
    gift = delivered_order(monday_house, {"LAMP": 1}, is_gift=True)
    form = proven(gift).get(f"/track/{gift.token}/problem/").content.decode()
    assert "There is nothing to report right now" not in form, "something is, only not here"
    assert "Title of LAMP" not in form


def test_a_parcel_that_has_not_come_is_of_no_product(order, monday_house):
    ada = signed_in(monday_house.ada.owner)
    form = proven(order).get(f"/track/{order.token}/problem/").content.decode()
    assert 'class="of-product"' in form
    assert "Which parcel?" not in form, "there is one"

    assert missing_parcel(order, words="Nobody rang").status_code == 302

    problem = Problem.objects.get()
    lamp, shade = order.lines.get(sku="LAMP"), order.lines.get(sku="SHADE")
    assert (problem.line, problem.quantity) == (None, 3)
    assert problem.units == {lamp.pk: 2, shade.pk: 1}
    assert missing_parcel(order).status_code == 422, "the shop knows"
    assert report(order).status_code == 422, "nor of what was in it"
    assert cases(order)[0]["what"] == "The parcel has not arrived"
    assert "Parcel not arrived" in ada.get("/dashboard/").content.decode()
    page = f"/dashboard/problems/{problem.pk}/"
    assert ada.post(page, {"answer": "return"}).status_code == 422, "what did not come"
    assert ada.post(page, {"answer": "replacement"}).status_code == 302
    again = Problem.objects.get().replacement
    lines = again.lines.order_by("position")
    assert [(row.sku, row.ordered, row.replaces.sku) for row in lines] == [
        ("LAMP", 2, "LAMP"), ("SHADE", 1, "SHADE"),
    ]  # fmt: skip


def test_of_several_parcels_the_customer_says_which(monday_house):
    parcels = [{"LAMP": 1}, {"SHADE": 1}]
    order = Order.objects.get(
        pk=delivered_order(monday_house, {"LAMP": 1, "SHADE": 1}, boxes=parcels).pk
    )
    with time_machine.travel(AT_THE_DOOR, tick=False):
        form = proven(order).get(f"/track/{order.token}/problem/").content.decode()
        assert "Which parcel?" in form
        assert missing_parcel(order).status_code == 422
        second = order.packages.order_by("created_at", "number").last()
        assert missing_parcel(order, parcel=str(second.pk)).status_code == 302
        problem = Problem.objects.get()
        assert (problem.package, problem.quantity) == (second, 1)


def test_refunded_units_are_not_returned_as_well(order, monday_house):
    lamp, shade = order.lines.get(sku="LAMP"), order.lines.get(sku="SHADE")
    assert returnable_units(order) == {lamp.pk: 2, shade.pk: 1}
    for sku, answer in (("LAMP", "refund"), ("SHADE", "words")):
        report(order, sku)
        problem = Problem.objects.get(answered_at=None)
        answer_problem(problem, answer, words="Fine.", actor=monday_house.ada.owner)
    assert returnable_units(order) == {lamp.pk: 1, shade.pk: 1}
    form = proven(order).get(f"/track/{order.token}/return/").content.decode()
    assert f'<select name="units-{lamp.pk}"' in form
    most = form.partition(f'name="units-{lamp.pk}"')[2].partition("</select>")[0]
    assert 'value="2"' not in most
    with pytest.raises(DomainError, match="1 can still be returned"):
        request_return(order, units={lamp.pk: 2}, reason="too_large")
    report(order)
    answer_problem(
        Problem.objects.get(answered_at=None), "refund", words="", actor=monday_house.ada.owner
    )
    assert returnable_units(order) == {shade.pk: 1}


def test_what_was_made_good_is_not_reported_again(order, monday_house):
    house = monday_house

    def answered(answer):
        problem = Problem.objects.get(answered_at=None)
        return answer_problem(problem, answer, words="", actor=house.ada.owner)

    def left(order):
        return {row.line and row.line.sku: row.quantity for row in reportable(order)}

    assert left(order) == {"LAMP": 2, "SHADE": 1, None: 3}
    report(order, "LAMP")
    answered("refund")
    assert left(order) == {"LAMP": 1, "SHADE": 1}, "nor is the parcel missing, of which it came"
    assert missing_parcel(order).status_code == 422
    assert report(order, "LAMP", quantity="2").status_code == 422
    assert report(order, "LAMP").status_code == 302
    again = answered("replacement").replacement
    assert left(order) == {"SHADE": 1}
    assert report(order, "LAMP").status_code == 422
    allocate_due()
    call_off(Order.objects.get(pk=again.pk))
    assert left(order) == {"LAMP": 1, "SHADE": 1}, "it is not sent again after all"


def test_a_parcel_is_made_good_once(order, monday_house):
    assert missing_parcel(order).status_code == 302
    answer_problem(Problem.objects.get(), "refund", words="", actor=monday_house.ada.owner)
    assert returnable_units(order) == {}
    assert reportable(order) == []
    assert missing_parcel(order).status_code == 422


def test_the_order_page_shows_reports_answers_and_replacements(order, monday_house):
    ada = signed_in(monday_house.ada.owner)
    report(order, "LAMP", words="Broken glass")
    page = ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    problem = Problem.objects.get()
    assert "Arrived damaged: 1 × <bdi>Title of LAMP</bdi>" in page
    assert "Broken glass" in page
    assert f"/dashboard/problems/{problem.pk}/" in page
    answer_problem(problem, "replacement", words="So sorry!", actor=monday_house.ada.owner)
    again = Problem.objects.get().replacement
    page = ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert f'href="/dashboard/orders/{again.pk}/"' in page
    assert "So sorry!" in page
    other = ada.get(f"/dashboard/orders/{again.pk}/").content.decode()
    assert f'Replacement for order <a href="/dashboard/orders/{order.pk}/">' in other
