"""/dev/outbox/: in development, what people got, as they see it."""

import pytest

from fulfillment.demo.peers import SmsPeer, SmtpPeer
from notifications.delivery.sending import send_due
from tests.notifications.saying import link_of
from tests.support.cast import make_order, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    """The catcher's folder, in development."""
    settings.DEBUG = True
    settings.DEV_OUTBOX_DIR = tmp_path
    return tmp_path


@pytest.fixture
def caught(ada, settings, folder):
    """An order's two confirmations, received by peers that keep them in files."""
    mails, texts = SmtpPeer(folder).start(), SmsPeer(folder).start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.SMS_URL = mails.host, mails.port, texts.url
    make_product(ada, "LAMP", "Lamp")
    order = make_order(ada, {"LAMP": 2}, number="#1001", customer_name="<i>Grace</i>")
    send_due()
    mails.stop()
    texts.stop()
    return order


def name_of(folder, ending):
    return next(path.name for path in folder.iterdir() if path.name.endswith(ending))


def test_an_empty_outbox_says_so(client, folder):
    page = client.get("/dev/outbox/")
    assert page.status_code == 200
    assert "No messages yet" in page.content.decode()


def test_the_newest_is_opened(client, caught, folder):
    page = client.get("/dev/outbox/").content.decode()
    assert page.count('aria-current="true"') == 1
    assert "Order #1001 is confirmed: arrives" in page
    # Texts leave first, so the mail is the newest.
    assert f'src="/dev/outbox/{name_of(folder, ".eml")}/html/"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "Hello &lt;i&gt;Grace&lt;/i&gt;," in page


def test_a_text_is_a_bubble_with_its_length(client, caught, folder):
    page = client.get(f"/dev/outbox/{name_of(folder, '.sms.json')}/").content.decode()
    assert '<p class="bubble">Ada&#x27;s Lamps: order #1001 is confirmed, arrives ' in page
    assert f'href="{link_of(caught)}"' in page
    assert "of 160 characters (GSM-7), 1 segment<" in page


def test_the_mail_may_do_nothing_and_only_we_frame_it(client, caught, folder):
    answer = client.get(f"/dev/outbox/{name_of(folder, '.eml')}/html/")
    policy = set(answer["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    }
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.content.decode().startswith('<base target="_blank"><!DOCTYPE html>')


@pytest.mark.parametrize("name", ["..%2f..%2fsettings.py", "secret.eml", "0.eml", "x"])
def test_only_what_was_caught_can_be_asked_for(client, folder, name):
    (folder / "secret.eml").write_text("Subject: x\n\nsecret")
    assert client.get(f"/dev/outbox/{name}/").status_code == 404
    assert client.get(f"/dev/outbox/{name}/html/").status_code == 404


def test_production_has_no_such_page(client, caught, folder, settings):
    settings.DEBUG = False
    name = name_of(folder, ".eml")
    for address in ("/dev/outbox/", f"/dev/outbox/{name}/", f"/dev/outbox/{name}/html/"):
        assert client.get(address).status_code == 404
