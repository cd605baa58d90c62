"""A failed or unknown message is decided with one click, and stays visible until then."""

import pytest

from fulfillment.dashboard.queries.messages import unsettled
from fulfillment.demo.peers.kept import Fault
from notifications.delivery.decisions import dismiss_message, resend_message
from notifications.delivery.sending import send_due
from orders.access import Viewer
from orders.errors import DomainError
from orders.models import Event, Order
from tests.notifications.saying import mail_of, sms_of, state, tries
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown(ada, smtp_peer, sms_peer):
    smtp_peer.behaviour = lambda mail: Fault(reset=True, kept=True)
    order = make_order(ada, {"LAMP": 1}, phone="")
    send_due()
    smtp_peer.behaviour = None
    message = mail_of(order)
    assert state(message)[0] == "unknown"
    return message


def open_ones(ada):
    return [row.message for row in unsettled(Viewer.of(ada.owner))]


def test_an_unknown_one_is_sent_again_under_its_key(ada, unknown, smtp_peer):
    resend_message(unknown, actor=ada.owner)
    assert state(unknown) == ("retrying", "Resent manually.")
    send_due()
    again = mail_of(unknown.order)
    assert (state(again)[0], again.key, tries(again)) == ("sent", unknown.key, ["unknown", "sent"])
    came = [mail for mail in smtp_peer.messages if unknown.recipient in mail.recipients]
    assert [mail.message["Message-ID"] for mail in came] == [came[0].message["Message-ID"]] * 2
    assert open_ones(ada) == []
    event = Event.objects.get(kind="order.message_sent_again")
    assert (event.actor, event.data) == (ada.owner, {"message": unknown.pk})


def test_an_unknown_one_is_left(ada, unknown, smtp_peer):
    assert open_ones(ada) == [unknown]
    dismiss_message(unknown, actor=ada.owner)
    assert open_ones(ada) == []
    assert state(unknown)[0] == "unknown"
    with pytest.raises(DomainError, match="already resent or dismissed"):
        resend_message(unknown, actor=ada.owner)
    assert Event.objects.filter(kind="order.message_left").count() == 1


def test_a_failed_one_goes_to_the_address_the_order_has_now(ada, smtp_peer, sms_peer):
    sms_peer.behaviour = lambda sms: Fault(status=400, text="no such number")
    order = make_order(ada, {"LAMP": 1}, email="")
    send_due()
    failed = sms_of(order)
    assert state(failed)[0] == "failed"
    sms_peer.behaviour = None
    Order.objects.filter(pk=order.pk).update(phone="+4915112345678")
    resend_message(failed, actor=ada.owner)
    send_due()
    again = sms_of(order)
    assert (again.status, again.recipient) == ("sent", "+4915112345678")
    assert again.key != failed.key  # the gateway knows the old one, and would refuse it again


def test_an_address_that_is_gone_is_asked_for(ada, unknown):
    Order.objects.filter(pk=unknown.order_id).update(email="")
    with pytest.raises(DomainError, match="enter one first"):
        resend_message(unknown, actor=ada.owner)
    assert state(unknown)[0] == "unknown"


def test_the_buttons_stand_on_both_pages(ada, unknown, client):
    client.force_login(ada.owner)
    for page in ("/dashboard/", f"/dashboard/orders/{unknown.order_id}/"):
        text = client.get(page).content.decode()
        assert f"/dashboard/messages/{unknown.pk}/again/" in text
    answer = client.post(f"/dashboard/messages/{unknown.pk}/leave/", {"back": "attention"})
    assert (answer.status_code, answer.url) == (302, "/dashboard/")
    text = client.get("/dashboard/").content.decode()
    assert f"/dashboard/messages/{unknown.pk}/again/" not in text
    answer = client.post(f"/dashboard/messages/{unknown.pk}/leave/", follow=True)
    assert "already resent or dismissed" in answer.content.decode()


def test_another_seller_decides_nothing(bo, unknown, client):
    client.force_login(bo.owner)
    assert client.post(f"/dashboard/messages/{unknown.pk}/again/").status_code == 404
    assert state(unknown)[0] == "unknown"
