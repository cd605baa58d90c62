"""An order for Apple Wallet: only what is true of it and on its page, signed, off by default."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from django.test import Client

from fulfillment.tracking.wallet import _signer
from notifications.languages import LANGUAGES
from orders.lifecycle.cancel import cancel_order
from orders.models import Order
from tests.support.cast import make_order
from tests.tracking.tracked import ON_THE_DAY, out_for_delivery, sent_order
from warehouse.couriers.runs import deliver_stop, fail_stop

pytestmark = pytest.mark.django_db
TYPE = "order.com.example.lamps"


@pytest.fixture
def certificate(settings, tmp_path):
    """Wallet is set up, with a certificate of our own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, TYPE)])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), begins,
        begins + timedelta(days=3650),
    )  # fmt: skip
    made = builder.sign(key, SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "wallet.pem").write_bytes(made.public_bytes(Encoding.PEM) + secret)
    settings.WALLET_ORDER_TYPE = TYPE
    settings.WALLET_CERTIFICATE = str(tmp_path / "wallet.pem")
    _signer.cache_clear()
    yield made
    _signer.cache_clear()


def files_of(order, **headers):
    answer = Client().get(f"/track/{order.token}/wallet/", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/vnd.apple.order")
    assert answer["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def order_in(order):
    return json.loads(files_of(order)["order.json"])


def test_there_is_none_until_it_is_set_up(monday_house):
    order = sent_order(monday_house, {"LAMP": 1})

    assert Client().get(f"/track/{order.token}/wallet/").status_code == 404
    assert "Wallet" not in Client().get(f"/track/{order.token}/").content.decode()


def test_the_package_holds_what_its_manifest_says_and_is_signed(monday_house, certificate):
    order = sent_order(monday_house, {"LAMP": 1})

    files = files_of(order)

    assert set(files) == {"order.json", "manifest.json", "signature"}
    hashes = json.loads(files["manifest.json"])
    assert hashes == {"order.json": sha256(files["order.json"]).hexdigest()}
    assert pkcs7.load_der_pkcs7_certificates(files["signature"]) == [certificate]
    assert sha256(files["manifest.json"]).digest() in files["signature"]
    assert files["manifest.json"] not in files["signature"], "it is detached"
    page = Client().get(f"/track/{order.token}/").content.decode()
    assert f'href="/track/{order.token}/wallet/">Add to Apple Wallet' in page


def test_it_says_what_is_so_at_its_moment_and_promises_nothing(monday_house, certificate):
    order = sent_order(monday_house, {"LAMP": 2}, number="1001")
    box = order.packages.get()

    found = order_in(order)

    page = found["orderManagementURL"]
    assert page.endswith(f"/track/{order.token}/")
    assert (found["orderNumber"], found["orderTypeIdentifier"]) == ("1001", TYPE)
    assert (found["status"], found["createdAt"]) == ("open", order.placed_at.isoformat())
    assert found["statusDescription"] == "As of Monday 23 November at 10:00"
    assert found["lineItems"] == [{"title": "Title of LAMP", "quantity": 2}]
    assert found["fulfillments"] == [
        {
            "fulfillmentIdentifier": str(box.pk),
            "fulfillmentType": "shipping",
            "status": "onTheWay",
            "statusDescription": "On its way",
            "lineItems": [{"title": "Title of LAMP", "quantity": 2}],
            "trackingURL": page,
            "carrier": "Our own couriers",
            "trackingNumber": box.tracking_number,
        }
    ]
    told = json.dumps(found)
    for secret in (order.customer_name, order.street, order.postcode, order.email, order.phone):
        assert secret not in told
    assert "estimated" not in told and "1999" not in told


def test_it_follows_the_parcel_to_its_end(monday_house, certificate):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(ON_THE_DAY, tick=False):
        assert order_in(order)["fulfillments"][0]["status"] == "outForDelivery"
        fail_stop(run.stops.last(), reason="not_home", actor=monday_house.cory)
        (failed,) = order_in(order)["fulfillments"]
    assert (failed["status"], failed["statusDescription"]) == ("issue", "Could not be delivered")


def test_delivered_and_cancelled_are_the_end(monday_house, certificate):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(ON_THE_DAY, tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=monday_house.cory)
        found = order_in(order)
    gone = make_order(monday_house.ada, {"LAMP": 1})
    cancel_order(gone, actor=None)

    assert (found["status"], found["fulfillments"][0]["status"]) == ("completed", "delivered")
    assert found["fulfillments"][0]["deliveredAt"] == ON_THE_DAY.isoformat()
    assert "Grace" not in json.dumps(found)
    assert (order_in(gone)["status"], order_in(gone)["fulfillments"]) == ("cancelled", [])


def test_of_a_gift_it_names_no_goods(monday_house, certificate):
    gift = order_in(sent_order(monday_house, {"LAMP": 1}, is_gift=True))

    assert (gift["lineItems"], "lineItems" in gift["fulfillments"][0]) == ([], False)


def test_it_is_in_the_language_of_the_order(monday_house, certificate):
    order = sent_order(monday_house, {"LAMP": 1})
    said = set()
    for language in LANGUAGES:
        Order.objects.filter(pk=order.pk).update(language=language)
        said.add(order_in(order)["fulfillments"][0]["statusDescription"])
    assert len(said) == len(LANGUAGES)
