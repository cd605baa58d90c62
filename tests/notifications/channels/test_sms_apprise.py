"""The long tail: any service that apprise knows, of which we learn yes or nothing."""

import json
from types import SimpleNamespace

import pytest

from fulfillment.demo.peers import Fault
from fulfillment.demo.peers.web import Handler, Server
from notifications.channels.base import OutcomeUnknown, Outgoing, Permanent
from notifications.channels.sms import sms_channel
from tests.support.waiting import wait_until

TEXT = Outgoing(key="k-1", recipient="+4915112345678", text="Hello")


class Listener(Handler):
    """Any service that takes JSON."""

    def do_POST(self):
        self.server.peer.taken.append((self.path, json.loads(self.read_body())))
        fault = self.server.peer.fault
        if fault is None or not self.misbehave(fault, {}):
            self.answer(200, {})


@pytest.fixture
def service(settings):
    """A JSON service on loopback stands for any that apprise knows."""
    peer = SimpleNamespace(taken=[], fault=None)
    server = Server("127.0.0.1", Listener, peer)
    settings.SMS_PROVIDER = "apprise"
    settings.SMS_APPRISE_URL = f"json://127.0.0.1:{server.start()}/any/{{to}}"
    yield peer
    server.stop()


def send(outgoing=TEXT):
    with sms_channel() as channel:
        return channel.send(outgoing)


def test_a_yes_is_sent(service):
    assert send().provider_id == ""
    path, body = service.taken[0]
    assert (path, body["message"]) == ("/any/4915112345678", "Hello")


@pytest.mark.parametrize("fault", [Fault(500), Fault(307), Fault(hang=3), Fault(reset=True)])
def test_anything_else_is_unknown(service, settings, fault):
    settings.SMS_TIMEOUT = 1 if fault.hang else 10
    service.fault = fault
    with pytest.raises(OutcomeUnknown):
        send()
    wait_until(lambda: service.taken)
    assert len(service.taken) == 1


def test_an_address_that_makes_no_sense_is_refused(service, settings):
    settings.SMS_APPRISE_URL = "nothing://{to}"
    with pytest.raises(Permanent, match="does not understand"):
        send()


def test_a_costly_number_is_refused(service):
    with pytest.raises(Permanent):
        send(Outgoing(key="k", recipient="+882161234567", text="Hello"))
    assert service.taken == []


def test_it_knows_no_keys(service):
    assert sms_channel().knows_keys is False
