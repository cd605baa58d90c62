"""Services and rules for new orders in the language of whoever reads: whole."""

import pytest
from django.utils import translation

from orders.models import Order, Product, RoutingRule, Seller, Service
from orders.services.choosing import choose_again
from tests.dashboard.test_service_pages import form
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import language_of, speaking
from tests.support.cast import make_order, make_product

pytestmark = pytest.mark.django_db

SERVICES, RULES = "/dashboard/settings/services/", "/dashboard/settings/rules/"
# What Django says of a field, the name of a service, and a time zone.
OTHERS = {"Dieses", "Feld", "ist", "zwingend", "erforderlich", "Post", "Kyiv"}


def test_every_text_of_the_services_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    own = f"/dashboard/settings/sellers/{ada.seller.pk}/services/"
    many = ",".join(str(code) for code in range(10, 20))
    limits = {"most_grams": "1200", "most_units": "2", "most_value": "5", "currency": "EUR"}
    rows = (("FR", many, "yes", 1, 1), ("FR", "97", "no", "", ""), ("EU", "", "yes", 2, 3))

    begun = client.get(SERVICES)
    answers = [
        begun,
        client.post(f"{own}new/", form(("EU", "20", "yes", "", 3), name="", most_value="x")),
        client.post(f"{own}new/", form(*rows, **limits), follow=True),
        client.get(f"{own}try/?country=X"),
        *(
            client.get(f"{own}try/?{asked}&on={day}")
            for day in ("2026-12-24",)
            for asked in (
                "country=FR&postcode=10000", "country=FR&postcode=97000", "country=AT&units=9",
                "country=AT&grams=9000", "country=AT", "country=US&postcode=1",
            )
        ),
    ]  # fmt: skip
    service = Service.objects.get(name="Post")
    mine = f"{SERVICES}{service.pk}/"
    answers += [
        client.get(mine),
        client.post(mine, form(*rows, **limits)),
        client.post(f"{mine}switch/", {"to": "off"}, follow=True),
        client.post(f"{mine}delete/", follow=True),
        client.post(f"{mine}delete/"),
    ]

    assert [answer.status_code for answer in answers][:4] == [200, 422, 200, 422]
    assert [answer.status_code for answer in answers][-4:] == [409, 200, 200, 404]
    assert set().union(*(bare(answer.content.decode()) - OTHERS for answer in answers)) == set()


def test_every_text_of_the_rules_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    lamp = make_product(ada, "LAMP", "Lamp")
    make_order(ada, {"LAMP": 1})
    new = f"/dashboard/settings/sellers/{ada.seller.pk}/rules/new/"
    rule = {
        "name": "Ada", "countries": "DE,AT", "postcodes": "1,2", "channel": str(ada.channel.pk),
        "sku": "LAMP", "value_from": "1", "value_to": "50", "currency": "EUR", "units_from": "1",
        "units_to": "3", "is_gift": "no", "has_note": "no", "priority": "10",
        "ships_as": "complete", "hold": "asks",
    }  # fmt: skip

    answers = [
        client.get(RULES),
        client.post(new, rule | {"name": "", "value_from": "x"}),
        client.post(new, rule | {"countries": "XX", "value_from": "99", "units_to": ""}),
        client.post(new, {"name": "Ada"}),
        client.post(new, rule | {"sku": "NO"}),
        client.post(new, {"name": "Ada", "priority": "20", "ships_as": "complete", "try": ""}),
        client.post(new, rule, follow=True),
    ]
    Product.objects.filter(pk=lamp.pk).update(is_active=False)
    mine = f"{RULES}{RoutingRule.objects.get().pk}/"
    answers += [
        client.get(RULES),
        client.get(mine),
        client.post(mine, rule),
        client.post(f"{mine}switch/", {"to": "off"}, follow=True),
        client.post(f"{mine}delete/", follow=True),
    ]

    assert [answer.status_code for answer in answers] == [
        200, 422, 422, 422, 409, 200, 200, 200, 200, 409, 200, 200,
    ]  # fmt: skip
    pages = [answer.content.decode().replace("option", "choice") for answer in answers]
    assert set().union(*(bare(page) - OTHERS - {"Shop"} for page in pages)) == set()


def test_why_no_service_takes_an_order_is_stored_in_english_whoever_reads(ada):
    Service.objects.filter(seller=ada.seller).delete()
    Seller.objects.filter(pk=ada.seller.pk).update(services_version=None)
    seller = Seller.objects.get(pk=ada.seller.pk)
    order = Order(seller=seller, currency="EUR", country="US", postcode="10001", city="New York")
    path = f"/dashboard/settings/sellers/{ada.seller.pk}/services/try/"

    tried = speaking(ada.owner, "de").get(f"{path}?country=US&postcode=10001")
    with translation.override("de"):
        stored = choose_again(order)

    assert language_of(tried) == "de"
    assert "Keine Versandart erreicht Vereinigte Staaten (10001)" in tried.content.decode()
    assert stored == "No service reaches New York, United States (10001)"
