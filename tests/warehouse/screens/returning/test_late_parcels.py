"""The parcel of an expired return comes after all: what its customer and its seller read then."""

import re

import pytest
from django.utils import timezone

from fulfillment.tracking.wording import acts_in
from notifications.languages import phrases
from orders.models import Discrepancy, Order, Return
from orders.returns.handling import approve_return, refuse_return, request_return
from orders.states import ReturnStatus
from tests.notifications.saying import said
from tests.orders.return_days.test_last_day import TEXTS, handed_in
from tests.test_doors import signed_in
from tests.tracking.tracked import proven, state
from tests.warehouse.screens.floor import words

pytestmark = pytest.mark.django_db

RETURNS = "/warehouse/returns/"


@pytest.fixture
def late(pat, expired):
    """The return that a worker opened of its parcel, with nothing recorded in it yet."""
    pat.sends(f"{RETURNS}unannounced/", code=expired.number)
    return Return.objects.get(reason="unannounced")


@pytest.fixture
def found(pat, late):
    pat.sends(f"{RETURNS}{late.pk}/found/", code="LAMP", quantity=1)
    return Discrepancy.objects.get()


def again(order):
    """The same unit is requested once more, as by a customer who had the form open."""
    units = {order.lines.get().pk: 1}
    return request_return(order, units=units, reason=Return.Reason.DAMAGED)


def read(house, found, **post):
    client, address = signed_in(house.ada.owner), f"/dashboard/discrepancies/{found.pk}/"
    answer = client.post(address, post) if post else client.get(address)
    return answer.status_code, answer.content.decode()


def cases(order):
    return {case["number"]: case for case in state(order, timezone.now())["returns"]}


def test_the_seller_reads_why_it_is_not_taken_in_and_what_to_do_first(house, found):
    other = again(found.order)

    status, page = read(house, found)

    assert status == 200
    assert f"return {other.number} is for the same units" in page
    assert "Refuse that return first, then take this in." in page
    assert f'href="/dashboard/orders/{found.order_id}/#return-{other.pk}"' in page
    assert 'value="accept"' not in page
    status, page = read(house, found, decision="accept")
    assert status == 409
    assert page.count("Refuse that return first, then take this in.") == 1
    found.refresh_from_db()
    assert found.decision == ""

    refuse_return(other, words="It is here already.", actor=house.ada.owner)

    assert "cannot be taken" not in read(house, found)[1]
    assert read(house, found, decision="accept")[0] == 302
    found.refresh_from_db()
    assert (found.decision, found.order_return.lines.get().received) == ("accept", 1)


def test_an_approved_one_is_refused_after_all(house, found):
    other = approve_return(again(found.order), actor=house.ada.owner)

    assert f"return {other.number} is for the same units, and would wait" in read(house, found)[1]


def test_one_that_is_on_its_way_cannot_be_refused_first(house, found):
    other = approve_return(again(found.order), actor=house.ada.owner)
    handed_in(other)

    page = read(house, found)[1]

    assert f"return {other.number} is for the same units, and its parcel is on its way." in page
    assert "Refuse that return first" not in page


@pytest.mark.breaks_books
def test_where_no_return_claims_them_it_says_that_too(house, found):
    found.order.lines.update(returned=1)

    page = read(house, found)[1]

    assert "no more such units of the order can be returned" in page
    assert "Look at return" not in page


@pytest.mark.parametrize("language", ["en", *TEXTS])
def test_the_customer_reads_that_it_came_and_who_decides(house, expired, found, language):
    Order.objects.filter(pk=expired.order_id).update(language=language)

    page = state(expired.order, timezone.now())
    [case] = page["returns"]

    acts = acts_in(language)
    assert case["number"] == found.order_return.number
    number = f"\u2066{expired.number}\u2069" if language == "ar" else expired.number
    assert case["to_do"] == acts.came_late.format(number=number)
    assert phrases(language).found_late in case["found"][0]
    assert not page["return_until"]
    form = proven(expired.order).get(f"/track/{expired.order.token}/return/")
    assert f"units-{found.line_id}" not in form.content.decode()


def test_so_it_is_while_nothing_of_it_is_recorded(expired, late):
    page = state(expired.order, timezone.now())

    assert [case["number"] for case in page["returns"]] == [late.number]
    assert page["returns"][0]["to_do"].startswith(
        f"Your parcel for return {expired.number} arrived"
    )
    assert not page["return_until"]


def test_an_empty_parcel_brought_nothing(expired, late):
    Return.objects.filter(pk=late.pk).update(status=ReturnStatus.CLOSED)

    assert cases(expired.order)[expired.number]["state"] == "Expired"
    assert state(expired.order, timezone.now())["return_until"]


def test_once_decided_it_may_be_returned_again_where_it_is_sent_back(house, expired, found):
    read(house, found, decision="send_back")

    page = state(expired.order, timezone.now())
    [case] = page["returns"]

    assert not case["to_do"].startswith("Your parcel for return")
    assert case["found"][0].endswith("It is sent back to you.")
    assert "arrived after its return had expired" in case["found"][0]
    assert page["return_until"]


def test_the_page_of_the_order_says_in_which_return_it_came(house, expired, found):
    page = signed_in(house.ada.owner).get(f"/dashboard/orders/{expired.order_id}/")
    text = page.content.decode()
    card = re.search(rf'<section[^>]*"return-{expired.pk}".*?</section>', text, re.DOTALL)[0]

    number = found.order_return.number
    assert f"Its parcel came after all, as return {number}" in words(card)
    assert f"href='#return-{found.order_return_id}'" in card
    assert "has not arrived" not in card


def test_the_seller_reads_that_it_was_requested_and_in_which_return(house, expired, found):
    page = read(house, found)[1]

    assert re.search(r"<title>Arrived after its return had expired", page)
    assert "Arrived after its return had expired: 1 ×" in words(page)
    assert "Nobody announced it" not in page
    link = f"/dashboard/orders/{expired.order_id}/#return-{expired.pk}"
    assert f"href='{link}'>{expired.number}</a>, to be handed in by" in page


def test_the_page_of_the_order_says_so_too(house, expired, found):
    page = signed_in(house.ada.owner).get(f"/dashboard/orders/{expired.order_id}/")
    text = page.content.decode()

    assert "obody announced it" not in text and "nobody had announced it" not in text
    assert words(text).count("Arrived after its return had expired: 1 ×") == 2, "also what is next"
    assert f"after return <a class='code' href='#return-{expired.pk}'>{expired.number}</a>" in text


def test_of_what_came_in_no_return_that_had_expired_it_is_said_that_nobody_announced_it(
    house, expired, found
):
    Return.objects.filter(pk=expired.pk).update(is_expired=False, status=ReturnStatus.CANCELLED)

    assert "Nobody announced it: 1 ×" in words(read(house, found)[1])


@pytest.mark.parametrize("language", ["en", *TEXTS])
def test_the_mail_about_the_decision_says_that_it_came_late(house, expired, found, language):
    Order.objects.filter(pk=expired.order_id).update(language=language)
    read(house, found, decision="accept")

    text = said(expired.order, "return_settled", now=timezone.now()).text

    assert phrases(language).found_late in text
    assert phrases(language).found_kinds["unannounced"] not in text


def test_what_is_not_recorded_yet_has_no_empty_list_on_the_page(expired, late):
    page = proven(expired.order).get(f"/track/{expired.order.token}/").content.decode()

    assert late.number in page
    assert not re.search(r'<ul class="items">\s*</ul>', page)
