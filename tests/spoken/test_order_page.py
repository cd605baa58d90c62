"""The page of an order, its decisions and its returns in the language of whoever reads: whole."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone, translation

from orders.errors import status_of
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order
from orders.models import Hold, Order, Refund
from orders.returns.handling import approve_return, request_return
from orders.words import say_as, state
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import language_of, speaking
from tests.support.cast import (
    make_order,
    make_problem,
    make_product,
    make_refund,
    make_repair,
    put_stock,
)
from tests.support.stories import deliver, ship
from warehouse.returns.arrivals import record_stray
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

ORDERS = "/dashboard/orders/"
STREET = {"Unter", "den", "Linden"}  # in a field


@pytest.fixture
def told(ada, pat, pia, lea, cory, building):
    """Orders at every station: delivered with a return and a problem, on hold, waiting."""
    make_product(ada, "LAMP", "Lamp")
    put_stock(ada.products["LAMP"], 9)
    delivered = make_order(ada, {"LAMP": 3})
    packages = ship(building, pat, pia)
    deliver(building, cory, packages, leader=lea)
    units = {delivered.lines.get().pk: 1}
    asked = request_return(delivered, units=units, reason="changed_mind")
    make_problem(packages[0])
    stray = record_stray(ada.seller, code="X", product=None, quantity=1, actor=pat)
    held = make_order(ada, {"NOBODY": 1})
    hold_order(held, reason=Hold.Reason.SELLER, detail="Ada", actor=ada.owner)
    waiting = [make_order(ada, {"LAMP": 2}) for _ in range(2)]
    allocate_due()
    cancelled = cancel_order(make_order(ada, {"LAMP": 1}), actor=ada.owner)
    return {
        "delivered": delivered, "held": held, "waiting": waiting[0], "cancelled": cancelled,
        "return": asked, "stray": stray,
    }  # fmt: skip


def texts_of_pages(client, paths):
    answers = {path: client.get(path) for path in paths}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {path: bare(answer.content.decode()) - STREET for path, answer in answers.items()}


def test_every_text_of_an_order_comes_from_the_catalogue(ada, told, brackets):
    client = speaking(ada.owner, "de")
    pages = [f"{ORDERS}{told[name].pk}/" for name in ("delivered", "held", "waiting", "cancelled")]
    waiting = told["waiting"]
    promise = next(row for row in waiting.promises.all() if row.is_open)
    pages += [f"{ORDERS}{waiting.pk}/edit/", f"{ORDERS}{waiting.pk}/together/"]
    pages += [f"/dashboard/promises/{promise.pk}/revise/"]

    found = texts_of_pages(client, pages)

    assert found == {page: set() for page in pages}


def test_every_text_of_a_decision_comes_from_the_catalogue(ada, told, brackets):
    client = speaking(ada.owner, "de")
    approve_return(told["return"], actor=ada.owner)
    refund = make_refund(told["return"])
    problem = told["delivered"].problems.get()
    pages = [f"/dashboard/refunds/{refund.pk}/", f"/dashboard/problems/{problem.pk}/"]
    pages += [f"/dashboard/discrepancies/{told['stray'].pk}/", f"{ORDERS}{told['delivered'].pk}/"]
    pages.append(f"/dashboard/repairs/{make_repair(told['return']).pk}/")

    found = texts_of_pages(client, pages)

    assert found == {page: set() for page in pages}


def test_a_refused_form_of_an_order_says_why_in_the_language_of_the_page(ada, told, brackets):
    client = speaking(ada.owner, "de")
    waiting = told["waiting"]
    line = waiting.lines.get()
    sent = {f"units-{line.pk}": "9"}

    answers = [
        client.post(f"{ORDERS}{waiting.pk}/cancel-units/", sent),
        client.post(f"{ORDERS}{waiting.pk}/units/", {"sku": "NO", "quantity": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert [bare(answer.content.decode()) - STREET for answer in answers] == [set(), set()]


def test_a_refund_says_money_ways_and_what_lacks_in_the_language_of_its_page(ada, told):
    client = speaking(ada.owner, "de")
    approve_return(told["return"], actor=ada.owner)
    page = f"/dashboard/refunds/{make_refund(told['return']).pk}/"

    asked = unescape(client.get(page).content.decode())
    refused = client.post(page, {"amount": "", "method": "payment"}).content.decode()

    assert "19,99 EUR" in asked
    assert "19.99 EUR" not in asked
    assert ">Zurück auf die Zahlung</option>" in asked
    assert 'aria-describedby="id_amount_error"' in refused
    assert 'id="id_amount_error"' in refused


def test_an_order_is_answered_for_in_the_language_of_its_page(ada, told):
    client = speaking(ada.owner, "es")
    waiting = told["waiting"]
    past = timezone.localdate() - timedelta(days=9)

    refused = client.post(f"{ORDERS}{waiting.pk}/hold/", {"until_on": past.isoformat()})
    done = client.post(f"{ORDERS}{waiting.pk}/cancel/", follow=True)

    assert (refused.status_code, language_of(refused)) == (409, "es")
    assert language_of(done) == "es"
    assert f"El pedido {waiting} está cancelado, salvo lo ya enviado." in unescape(
        done.content.decode()
    )


def test_a_status_agrees_with_what_it_is_of():
    said = {}
    for language in ("en", "de", "fr", "es"):
        with translation.override(language):
            said[language] = (
                say_as("order", "Received"), say_as("return", "Received"),
                state(Refund(status="owed")), status_of(Order(status="backordered")),
            )  # fmt: skip

    assert said == {
        "en": ("Received", "Received", "Owed", "is backordered"),
        "de": ("Eingegangen", "Eingegangen", "Offen", "ist im Rückstand"),
        "fr": ("Reçue", "Reçu", "Dû", "a l’état\u202f: en rupture"),
        "es": ("Recibido", "Recibida", "Pendiente", "tiene el estado: sin existencias"),
    }
