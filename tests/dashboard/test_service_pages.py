"""Settings > Services: what a seller sees, adds, changes, tries, and what is refused."""

from datetime import UTC, datetime

import pytest
import time_machine

from orders.intake.acceptance import accept_orders
from orders.models import Order, Seller, Service
from orders.promises.reaching import reach_held_orders
from orders.services.editing import switch_service
from tests.api.asking import ask
from tests.support.cast import PASSWORD, incoming, make_product

pytestmark = pytest.mark.django_db
LIST = "/dashboard/settings/services/"
ROWS = (("FR", "", "yes", 2, 3), ("FR", "20", "yes", 4, 7), ("FR", "97", "no", "", ""))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def form(*rows, **given):
    """What the page posts: the fields of the service and the rows of its table."""
    data = {"name": "Post", "days": "weekdays", "form-TOTAL_FORMS": len(rows) + 1,
            "form-INITIAL_FORMS": 0}  # fmt: skip
    for number, row in enumerate(rows):
        names = ("country", "postcodes", "is_served", "days_min", "days_max")
        data |= {f"form-{number}-{name}": value for name, value in zip(names, row, strict=True)}
    return data | given


def text_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def new(ada, client):
    """Where services of Ada are made, who is signed in, sells lamps, and has made none yet."""
    make_product(ada, "LAMP", "Brass lamp")
    Service.objects.filter(seller=ada.seller).delete()
    Seller.objects.filter(pk=ada.seller.pk).update(services_version=None)
    client.login(email=ada.owner.email, password=PASSWORD)
    return f"/dashboard/settings/sellers/{ada.seller.pk}/services/"


def out_of_reach(side):
    side.channel.seller = Seller.objects.select_related("warehouse").get(pk=side.seller.pk)
    with time_machine.travel(MONDAY, tick=False):
        corsica = {"country": "FR", "postcode": "20090", "city": "Ajaccio"}
        [accepted] = accept_orders(side.channel, [incoming({"LAMP": 1}, **corsica)])
    return Order.objects.get(pk=accepted.order_id)


def test_orders_out_of_reach_are_told_loudly(ada, client, new):
    shown = text_of(client.get(LIST))
    assert "Germany</bdi>: <strong>1 to 2 days" in shown
    assert "wait on hold, and their customers are told no date" in shown
    order = out_of_reach(ada)
    assert "<strong>1 order</strong></a> waits on hold" in text_of(client.get(LIST))
    attention = text_of(client.get("/dashboard/"))
    assert "No service reaches Ajaccio, France (20090)</bdi>. The customer is told" in attention
    assert LIST in attention
    page = text_of(client.get(f"/dashboard/orders/{order.pk}/"))
    assert "goes on by itself once a service takes it" in page
    told = ask(ada, f"orders/{order.pk}/").json()
    [release] = [row for row in told["allowed_actions"] if row["action"] == "release"]
    assert (told["service"], release["allowed"]) == (None, False)
    assert release["reason"].endswith("add a destination under Settings, Services.")

    assert client.post(f"{new}new/", form(*ROWS, carrier="own")).status_code == 302
    assert reach_held_orders() == 1
    order.refresh_from_db()
    assert order.service | {"id": ""} == {
        "id": "", "name": "Post", "carrier": "own", "days": "weekdays", "cut_off": None,
        "min": 4, "max": 7,
    }  # fmt: skip
    told = ask(ada, f"orders/{order.pk}/").json()["service"]
    assert (told["name"], told["days_min"], told["days_max"]) == ("Post", 4, 7)
    assert "· by <bdi>Post</bdi>" in text_of(client.get(f"/dashboard/orders/{order.pk}/"))
    listed = {row["name"]: row for row in ask(ada, "services/").json()["services"]}
    assert set(listed) == {"Post", "Own couriers"}
    served = [goal["is_served"] for goal in listed["Post"]["destinations"]]
    assert served == [True, True, False]


def test_what_is_wrong_with_a_service_is_said_at_its_row(ada, client, new):
    refused = client.post(f"{new}new/", form(("XX", "", "yes", 1, 1)))
    assert refused.status_code == 422
    row = ("FR", "9-", "yes", 2, "")
    refused = client.post(f"{new}new/", form(("", "", "", "", ""), row, cut_off="12:15"))
    assert refused.status_code == 422
    said = text_of(refused)
    for words in ("Expected how postcodes begin", "Expected a number of days", "Destination 2"):
        assert words in said, words
    refused = client.post(f"{new}new/", form(*ROWS, most_value="12,5"))
    assert "Needed where the value matters" in text_of(refused)
    assert not Service.objects.filter(seller=ada.seller, name="Post").exists()


def test_services_are_changed_moved_switched_and_deleted(ada, bo, client, new):
    client.post(f"{new}new/", form(*ROWS, carrier="own"))
    post = Service.objects.get(seller=ada.seller, name="Post")
    assert 'value="20"' in text_of(client.get(f"{LIST}{post.pk}/"))
    same = client.post(f"{LIST}{post.pk}/", form(*ROWS, carrier="own"))
    assert (same.status_code, "Nothing of the service" in text_of(same)) == (409, True)
    assert client.post(f"{LIST}{post.pk}/", form(ROWS[0], cut_off="12:15")).status_code == 302
    client.post(f"{LIST}{post.pk}/move/", {"to": "up"})
    client.post(f"{LIST}{post.pk}/switch/", {"to": "off"})
    post.refresh_from_db()
    assert (post.position, post.is_active, str(post.cut_off)) == (1, False, "12:15:00")
    assert post.destinations.count() == 1
    assert client.post(new).status_code == 302
    client.post(f"{LIST}{post.pk}/delete/")
    left = Service.objects.filter(seller=ada.seller, deleted_at=None)
    assert list(left.values_list("name", "position")) == [("Own couriers", 1)]

    theirs = bo.seller.services.get()
    assert client.get(f"{LIST}{theirs.pk}/").status_code == 404
    assert client.post(f"{LIST}{theirs.pk}/delete/").status_code == 404
    assert bo.seller.services.filter(deleted_at=None).exists()


@time_machine.travel(MONDAY, tick=False)
def test_an_address_is_tried_step_by_step(ada, client):
    client.login(email=ada.owner.email, password=PASSWORD)
    path = f"/dashboard/settings/sellers/{ada.seller.pk}/services/try/"
    at = "&on=2026-12-24&at=13:59"
    shown = text_of(client.get(f"{path}?country=FR&postcode=75001{at}"))
    for words in (
        "Arrives Mon 28 Dec to Wed 30 Dec", "before the cut-off at 14:00",
        "Thu 24 Dec to Mon 28 Dec", "without public holidays",
        "Fri 25 Dec (Germany), Fri 25 Dec (France) and Sat 26 Dec (Germany)", "in Europe/Paris",
    ):  # fmt: skip
        assert words in shown, words
    late = "&on=2026-12-24&at=14:00"
    assert "after the cut-off at 14:00" in text_of(client.get(f"{path}?country=FR{late}"))
    switch_service(ada.seller.services.get(), is_active=False, actor=ada.owner)
    shown = text_of(client.get(f"{path}?country=AU&postcode=2000"))
    assert "On hold, without a date:</strong> <bdi>No service reaches Australia (2000)" in shown
    assert client.get(f"{path}?country=Australia").status_code == 422
    assert client.get(f"{path}?country=AU&on=8999-12-31").status_code == 422
