"""For which products a customer may give a reason: the form, the action, and the settings."""

import html

import pytest
from django.utils import timezone

from orders.errors import DomainError
from orders.models import Event, Return, Seller
from orders.returns.handling import approve_return, refuse_return, request_return
from orders.returns.reasons import change_reasons
from tests.notifications.saying import said
from tests.support.stages import delivered_order, open_house
from tests.test_doors import signed_in
from tests.tracking.tracked import proven

pytestmark = pytest.mark.django_db

PAGE = "/dashboard/settings/return-reasons/"


@pytest.fixture
def house(once):
    return once(open_house)


def limit(house, *, postage=None, **given):
    return change_reasons(house.ada.seller, given, postage=postage or {}, actor=house.ada.owner)


def form_of(order, **posted):
    address = f"/track/{order.token}/return/"
    return proven(order).post(address, posted) if posted else proven(order).get(address)


def offered(order):
    page = form_of(order).content.decode()
    codes = ("too_large", "too_small", "not_as_shown", "damaged", "wrong", "changed_mind")
    return [code for code in codes if f'name="reason" value="{code}"' in page]


def test_a_lamp_is_never_too_large(house):
    limit(house, too_large=["SHA"], too_small=["SHA"], wrong=[])
    lamp = delivered_order(house, {"LAMP": 1})
    both = delivered_order(house, {"LAMP": 1, "SHADE": 1})
    assert offered(lamp) == ["not_as_shown", "damaged", "changed_mind"]
    assert offered(both) == ["too_large", "too_small", "not_as_shown", "damaged", "changed_mind"]


def test_a_reason_for_a_part_of_what_comes_back_is_refused_with_its_name(house):
    limit(house, too_large=["SHA"])
    order = delivered_order(house, {"LAMP": 1, "SHADE": 1}, language="de")
    lines = {line.sku: line for line in order.lines.all()}
    units = {f"units-{line.pk}": 1 for line in lines.values()}

    refused = form_of(order, reason="too_large", **units)

    assert refused.status_code == 422
    text = html.unescape(refused.content.decode())
    assert "einen anderen Grund" in text
    assert lines["LAMP"].title in text
    assert not Return.objects.exists()
    form_of(order, reason="too_large", **{f"units-{lines['SHADE'].pk}": 1})
    assert Return.objects.get().reason == "too_large"


def test_a_reason_for_no_product_is_not_taken(house):
    limit(house, wrong=[])
    order = delivered_order(house, {"LAMP": 1})
    line = order.lines.get()
    answer = form_of(order, reason="wrong", **{f"units-{line.pk}": 1})
    assert (answer.status_code, "Choose one of the reasons." in answer.content.decode()) == (
        422, True,
    )  # fmt: skip
    with pytest.raises(DomainError, match="Choose another reason"):
        request_return(order, units={line.pk: 1}, reason="wrong")
    assert not Return.objects.exists()


def test_returns_of_before_keep_their_reason(house):
    order = delivered_order(house, {"LAMP": 1})
    asked = request_return(order, units={order.lines.get().pk: 1}, reason="too_large")
    limit(house, too_large=[])
    assert Return.objects.get().reason == asked.reason == "too_large"


def test_the_page_shows_and_changes_them(house):
    ada = signed_in(house.ada.owner)
    given = dict.fromkeys(("not_as_shown", "damaged", "wrong", "changed_mind"), "all")
    given |= {"too_large": "some", "too_large-skus": "SHA, MUG", "too_small": "none"}
    given |= {"damaged-postage": "seller", "changed_mind-postage": "customer"}

    assert ada.post(PAGE, given).status_code == 302

    seller = Seller.objects.get(pk=house.ada.seller.pk)
    assert seller.return_reasons == {"too_large": ["SHA", "MUG"], "too_small": []}
    assert seller.return_postage == {"damaged": "seller", "changed_mind": "customer"}
    assert Event.objects.filter(kind="seller.return_reasons_changed").count() == 1
    page = ada.get(PAGE).content.decode()
    assert 'value="SHA MUG"' in page
    assert Seller.objects.get(pk=house.bo.seller.pk).return_reasons == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"too_large": "some"}, "Enter how these SKUs begin."),
        ({"too_large": "some", "too_large-skus": "A" * 81}, "At most 80 characters each."),
        (dict.fromkeys(
            ("too_large", "too_small", "not_as_shown", "damaged", "wrong", "changed_mind"), "none"
        ), "At least one reason must be for all products."),
        ({"damaged": "odd"}, "is not one of the available choices"),
    ],
)  # fmt: skip
def test_a_refused_change_says_why_and_changes_nothing(house, changed, said):
    codes = ("too_large", "too_small", "not_as_shown", "damaged", "wrong", "changed_mind")
    answer = signed_in(house.ada.owner).post(PAGE, dict.fromkeys(codes, "all") | changed)
    assert answer.status_code in (409, 422)
    assert said in html.unescape(answer.content.decode())
    assert Seller.objects.get(pk=house.ada.seller.pk).return_reasons == {}


def test_who_pays_the_way_back_is_said_before_and_with_the_return(house):
    postage = {"damaged": "seller", "changed_mind": "customer"}
    limit(house, postage=postage)
    order = delivered_order(house, {"LAMP": 2})
    page = form_of(order).content.decode()
    shop, you = "The shop pays for sending it back.", "You pay for sending it back."
    assert (page.count(shop), page.count(you)) == (1, 1)

    form_of(order, reason="damaged", **{f"units-{order.lines.get().pk}": 1})
    limit(house)  # what is changed later does not change what was said

    asked, tracked = Return.objects.get(), f"/track/{order.token}/"
    assert asked.postage_by == "seller"
    assert shop in proven(order).get(tracked).content.decode()
    of_order = signed_in(house.ada.owner).get(f"/dashboard/orders/{order.pk}/")
    assert "You pay for sending it back, as the customer was told." in of_order.content.decode()
    refuse_return(asked, words="It was worn.", actor=house.ada.owner)
    assert shop not in proven(order).get(tracked).content.decode()


def test_the_mail_says_who_pays_and_what_is_deducted_and_so_does_the_page(house):
    limit(house, postage={"changed_mind": "customer"})
    Seller.objects.update(return_fee=499, return_fee_currency="EUR")
    order = delivered_order(house, {"LAMP": 1}, currency="EUR")
    form_of(order, reason="changed_mind", **{f"units-{order.lines.get().pk}": 1})

    approve_return(Return.objects.get(), actor=house.ada.owner)

    pays, deducted = (
        "You pay for sending it back.",
        "From a refund for this return, {} deducts €4.99.",
    )
    letter = said(order, "return_approved", now=timezone.now()).text
    assert pays in letter
    assert deducted.format("Ada's Lamps") in letter
    page = proven(order).get(f"/track/{order.token}/").content.decode()
    assert f"{pays} {deducted.format('the shop')}" in page


def test_where_nothing_is_said_nothing_stands_there(house):
    order = delivered_order(house, {"LAMP": 1})
    assert "sending it back" not in form_of(order).content.decode()
    form_of(order, reason="damaged", **{f"units-{order.lines.get().pk}": 1})
    assert Return.objects.get().postage_by == ""
    assert "sending it back" not in proven(order).get(f"/track/{order.token}/").content.decode()
