"""An invited seller: from an empty account to the first parcel, and an order that is cancelled."""

import base64
import hmac
import json
from contextlib import closing
from datetime import UTC, datetime

import pytest
import requests
from django.urls import reverse

from orders.access import Role, Viewer
from orders.accounts.invitations import Place, invitation_tokens, invite
from orders.models import Invitation, Order, Package, SalesChannel, Shipment, User
from tests.balance import findings
from tests.browser.people import BOUNCE_MS, Packer, Person, Picker
from tests.orders.intake.shop_calls import sold
from tests.orders.intake.shopify_payloads import shop_order
from tests.orders.shops.shopify_peer import TOKEN, ShopifyPeer
from tests.support import cast
from tests.support.waiting import wait_until
from warehouse.models import Supply

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SECRET = "hush-of-the-lamp-shop"


@pytest.fixture
def shop():
    peer = ShopifyPeer().start()
    yield peer
    peer.stop()


@pytest.fixture
def link(building, settings):
    """The link of an invitation: all that the operator did."""
    settings.SELLER_SIGN_UP, settings.SECOND_FACTOR_GRACE = "invitation", None
    olga = User.objects.create_superuser("olga@example.com", cast.PASSWORD, name="Olga")
    place = Place(warehouse=building, business="Cy's Lamps")
    invite("cy@example.com", Role.OWNER, place, viewer=Viewer.of(olga))
    return reverse("join", args=[invitation_tokens(Invitation.objects.get().pk)[0]])


class Owner(Person):
    """Cy, who has been invited and has nothing yet."""

    def sign_in(self, user):
        self.go(user)
        self.page.get_by_label("Your name").fill("Cy Chen")
        self.page.get_by_label("Choose a password").fill("a horse of another colour")
        self.press("Join")
        self.page.wait_for_url("**/dashboard/**")

    def connect(self, address):
        """Add the channel, with the shop's secret, and the way back to the shop."""
        self.go("/dashboard/settings/")
        self.page.get_by_label("Kind of channel").select_option(label="Shopify")
        self.page.get_by_label("Name", exact=True).fill("Lamp shop")
        self.press("Add")
        self.sees("Sales channel Lamp shop added.")
        self.page.get_by_text("No signing secret yet").click()
        self.page.get_by_label("New secret, as shown by the shop").fill(SECRET)
        self.page.get_by_role("button", name="Save").first.click()
        self.sees("Signing secret of Lamp shop saved.")
        self.page.get_by_role("link", name="What this shop is told").click()
        self.page.get_by_label("Address of the shop").fill(address)
        self.page.get_by_label("Admin API access token").fill(TOKEN)
        self.press("Link")
        self.sees(f"Linked to {address}")

    def add_product(self, sku, title):
        self.go("/dashboard/products/")
        self.sees("No products yet")
        self.page.get_by_role("link", name="Add a product").click()
        self.page.get_by_label("SKU", exact=True).fill(sku)
        self.page.get_by_label("Title", exact=True).fill(title)
        self.press("Add the product")
        self.sees(title)


def calls(site, number, topic="orders/create", **fields):
    """The shop's webhook, signed over its raw bytes."""
    order = shop_order(
        id=number,
        admin_graphql_api_id=f"gid://shopify/Order/{number}",
        name=f"#{number}",
        financial_status="paid",
        created_at=datetime.now(UTC).isoformat(),
        line_items=sold(LAMP=2),
        **fields,
    )
    body = json.dumps(order).encode()
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    channel = SalesChannel.objects.get(kind="shopify")
    answer = requests.post(
        f"{site}/hooks/shops/{channel.pk}/",
        data=body,
        headers={"X-Shopify-Topic": topic, "X-Shopify-Hmac-Sha256": signature},
        timeout=20,
    )
    assert answer.status_code == 200, answer.text


def on_hand():
    return Supply.objects.filter(on_hand__gt=0).values_list("on_hand", flat=True).first() or 0


def is_heard(mails, number, what):
    """Whether a mail about this order says so in its subject."""
    subjects = [mail.message["Subject"] for mail in mails.messages]
    return any(number in subject and what in subject for subject in subjects)


def released(number):
    rows = Shipment.objects.filter(order__reference=f"{number}", status="released")
    return wait_until(rows.first)


def receive(device, sku, units):
    """Scan a place and so many units of a product into it."""
    device.go("/warehouse/receive/")
    device.scan("A-01-1")
    device.sees("A-01-1")
    for number in range(1, units + 1):
        device.page.wait_for_timeout(BOUNCE_MS)
        device.scan(sku)
        wait_until(lambda number=number: on_hand() == number)


def send(site, browser, shipment, picker, packer):
    """Pick, pack, label and hand over an order of two lamps; its only parcel."""
    with closing(Picker(browser, site, picker)) as device:
        device.pick(1)
    with closing(Packer(browser, site, packer)) as device:
        device.pack(shipment, ["LAMP", "LAMP"])
        device.hand_over(list(Package.objects.filter(shipment=shipment)))
    return Package.objects.get(shipment=shipment)


def cancel_while_it_is_picked(site, browser, picker):
    """The shop cancels its second order when the picker is on the way; the order."""
    calls(site, 7002)
    order = released(7002).order
    with closing(Picker(browser, site, picker)) as device:
        device.go("/warehouse/pick/")
        device.press("Start next pick list")
        device.sees("1 of 1")
        calls(site, 7002, "orders/cancelled", cancelled_at="2026-11-23T12:00:00Z")
        wait_until(lambda: Order.objects.get(pk=order.pk).status == "cancelled")
        device.scan("A-01-1")
        device.sees("Shipment #7002-1 is cancelled: there is nothing left to pick.")
    return order


def test_from_an_invitation_to_the_first_parcel(
    live_site, celery_worker_process, smtp_peer, browser, link, shop, pat, pia
):
    with closing(Owner(browser, live_site, link, width=1280, height=800)) as cy:
        cy.connect(shop.address)
        cy.add_product("LAMP", "Brass lamp")
        with closing(Picker(browser, live_site, pat)) as device:
            receive(device, "LAMP", 4)

        shop.sell(7001, **{"id-LAMP": 2})
        calls(live_site, 7001)
        box = send(live_site, browser, released(7001), pat, pia)
        wait_until(lambda: shop.picture(7001) == ([box.tracking_number], [], False))
        cy.go("/dashboard/orders/")
        cy.page.get_by_role("link", name="#7001").first.click()
        cy.sees("Handed over")

        shop.sell(7002, **{"id-LAMP": 2})
        order = cancel_while_it_is_picked(live_site, browser, pat)
        cy.go(f"/dashboard/orders/{order.pk}/")
        cy.sees("Cancelled")
    assert shop.picture(7002)[0] == []
    supply = Supply.objects.get()
    assert (supply.on_hand, supply.reserved) == (2, 0)
    for number, what in (("#7001", "is confirmed"), ("#7002", "cancelled")):
        wait_until(lambda number=number, what=what: is_heard(smtp_peer, number, what))
    assert findings() == []
