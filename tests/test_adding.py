"""Adding something is what CONTRIBUTING.md says and nothing else: done in a copy, and then used."""

import pytest

from notifications.languages import LANGUAGES
from tests.support.copies import Copy

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECORD = """\
    Kind(
        name="greeted",
        title="Greeted",
        on="{event}",
        occasion="The shop says hello.",
        sample=Sample(),
    ),
"""
WORDS = """\
# subject
Hello from {{ seller }} about {{ order }}

# body
Hello.

# sms
{{ seller }} says hello: {{ link }}
"""
EVENT = '    _K("order.greeted", "Greeted by the shop", heading=ORDERS),\n'
PROVIDER = '''\
"""Texts by carrier pigeon."""

from notifications.channels.reports import Report, ReportKind
from notifications.channels.sms.base import Inbound, Provider
from notifications.channels.sms.gateway import HttpSms


class PigeonSms(HttpSms):
    """One text a pigeon."""

    provider = "pigeon"


class PigeonHook:
    """The pigeon comes back with the id of its text."""

    provider = "pigeon"
    answers_at_once = False

    def is_signed(self, call):
        return call.headers.get("x-coo") == "coo"

    def reports(self, call):
        told = call.body.decode()
        return [Report("sms", "pigeon", ReportKind.DELIVERED, call.at, provider_id=told)]

    def inbound(self, call):
        return Inbound("pigeon", "1", "+4915112345678", "STOP")


PROVIDER = Provider(PigeonSms, PigeonHook())
'''
CHANNEL = '''\
"""Messages to a chat program, by telephone number."""

from notifications.channels.base import ChannelKind, Reach, Words
from notifications.channels.sms.gateway import HttpSms


class Chat(HttpSms):
    """A gateway like that of text messages."""

    provider = "chatter"


CHAT = ChannelKind(
    name="chat",
    title="Chat",
    opens=Chat,
    reach=Reach.PHONE,
    words=Words.TEXT,
    turn=2,
    plural="Chat messages",
    optional_as="sms",
    may_be_off=True,
)
'''


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path / "tree")


def add_message(copy, event):
    """One record, and one folder with a file for each language."""
    copy.insert("notifications/kinds/order.py", "KINDS = (", RECORD.format(event=event))
    for language in LANGUAGES:
        copy.write(f"templates/messages/greeted/{language}.txt", WORDS)


def added(copy):
    """What was added, without the folder of the message."""
    folder = {f"templates/messages/greeted/{language}.txt" for language in LANGUAGES}
    changed = copy.changed()
    assert changed.keys() & folder in (set(), folder)
    return {name: lines for name, lines in changed.items() if name not in folder}


def test_a_message_is_one_record_and_one_folder(copy):
    add_message(copy, "order.address_entered")
    assert added(copy) == {"notifications/kinds/order.py": 7}
    said = copy.run("tests.support.telling", "order.address_entered").splitlines()
    assert any(line.startswith("mail: Hello from Ada's Lamps about") for line in said)
    assert any(line.startswith("text: Ada's Lamps says hello:") for line in said)
    assert "preview: Hello from Ada's Lamps about #1001" in said
    assert added(copy) == {"notifications/kinds/order.py": 7}


def test_an_event_is_one_line(copy):
    copy.insert("orders/event_kinds.py", "KINDS = (", EVENT)
    add_message(copy, "order.greeted")
    assert added(copy) == {"notifications/kinds/order.py": 7, "orders/event_kinds.py": 1}
    said = copy.run("tests.support.telling", "order.greeted").splitlines()
    assert any(line.startswith("mail: Hello from Ada's Lamps about") for line in said)
    assert {"history: Greeted by the shop", "webhook: True"} <= set(said)


def test_without_its_line_an_event_stops_the_start(copy):
    add_message(copy, "order.greeted")
    with pytest.raises(AssertionError) as failed:
        copy.run("tests.support.telling", "order.greeted")
    assert "greeted: there is no kind of event order.greeted." in str(failed.value)


def test_without_a_language_a_message_stops_the_start(copy):
    add_message(copy, "order.address_entered")
    (copy.root / "templates/messages/greeted/ja.txt").unlink()
    with pytest.raises(AssertionError) as failed:
        copy.run("tests.support.telling", "order.address_entered")
    assert "greeted: templates/messages/greeted/ja.txt is missing." in str(failed.value)


def test_an_sms_provider_is_one_file_and_one_line(copy):
    copy.write("notifications/channels/sms/pigeon.py", PROVIDER)
    copy.insert(
        "fulfillment/settings/channels.py",
        "SMS_PROVIDERS = {",
        '    "pigeon": "notifications.channels.sms.pigeon.PROVIDER",\n',
    )
    assert added(copy)["fulfillment/settings/channels.py"] == 1
    assert len(added(copy)) == 2
    assert copy.run("tests.support.texting", "pigeon").splitlines() == [
        "taken: 1 text",
        "provider: pigeon",
        "unsigned: 403",
        "signed: 200",
        "state: delivered",
    ]


def test_a_channel_is_one_file_and_one_line_without_a_migration(copy):
    copy.write("notifications/channels/chat.py", CHANNEL)
    copy.insert(
        "fulfillment/settings/channels.py",
        "MESSAGE_CHANNELS = {",
        '    "chat": "notifications.channels.chat.CHAT",\n',
    )
    assert added(copy)["fulfillment/settings/channels.py"] == 1
    assert len(added(copy)) == 2
    assert copy.run("tests.support.chatting", "chat").splitlines() == [
        "sent: Chat chatter sent",
        "page: Chat messages to +49…78: all updates.",
        "after: The customer opted out of chat messages.",
        "No changes detected",
    ]
