"""`/api/v1/webhooks/` and `/api/v1/deliveries/`: added, changed, paused, deleted; posted again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from fulfillment.demo.peers.hooks import HookPeer, Reply
from notifications.models import Delivery, Endpoint
from notifications.webhooks.sending import send_due
from orders.access import Scope
from orders.accounts.sealing import WEBHOOK_SECRETS
from orders.models import ApiKey, Event
from tests.api.asking import all_rows, ask, errors_of
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db
PRIVATE = "This URL cannot be used: it does not lead to a public server."


@pytest.fixture
def local(settings):
    settings.WEBHOOK_ALLOW_LOCAL = True


@pytest.fixture
def receiver(local):
    peer = HookPeer().start()
    yield peer
    peer.stop()


def add(side, url, **given):
    return ask(side, "webhooks/", {"url": url, **given})


def change(side, told, **given):
    return ask(side, f"webhooks/{told['id']}/", given, method="PATCH")


def without_secret(told):
    return {name: value for name, value in told.items() if name != "secret"}


def test_a_webhook_is_added_and_signs_with_the_secret_that_is_answered_once(ada, bo, receiver):
    answer = add(ada, receiver.url, description="Shop", kinds=["order.received"])
    told = answer.json()

    assert answer.status_code == 201
    row = Endpoint.objects.get()
    assert (row.seller, row.url, row.kinds) == (ada.seller, receiver.url, ["order.received"])
    assert WEBHOOK_SECRETS.open(row.secret) == told["secret"]
    assert all_rows(ada, "webhooks/") == [without_secret(told)]
    assert ask(ada, f"webhooks/{told['id']}/").json() == without_secret(told)
    assert all_rows(bo, "webhooks/") == []
    event = Event.objects.get(kind="webhook.added")
    assert (event.subject_id, event.actor, event.seller) == (row.pk, None, ada.seller)
    make_order(ada, {"LAMP": 1})
    send_due()
    (hook,) = receiver.hooks
    assert Webhook(told["secret"]).verify(hook.body, hook.headers)["type"] == "order.received"


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"url": "https://169.254.169.254/"}, {"url": PRIVATE}),
        ({"url": "https://10.0.0.7/hooks"}, {"url": PRIVATE}),
        ({"url": "https://[::1]/"}, {"url": PRIVATE}),
        ({"url": "http://1.1.1.1/"}, {"url": "The URL must start with https://."}),
        ({"url": "https://1.1.1.1:22/"}, {"url": "The port must be 443 or 8443."}),
        ({"url": ""}, {"url": "expected 1 to 500 characters"}),
        ({}, {"url": "is required"}),
        (
            {"url": "https://1.1.1.1/", "kinds": ["order.received", "order.nonsense"]},
            {"kinds[1]": "expected a kind of event, like shipment.packed"},
        ),
        (
            {"url": "https://1.1.1.1/", "secret": "mine"},
            {"secret": "unknown field"},
        ),
    ],
)
def test_what_the_page_refuses_is_refused_by_field(ada, given, problems):
    answer = ask(ada, "webhooks/", given)

    assert answer.status_code == 422
    told = errors_of(answer)
    assert told.keys() == problems.keys()
    if given.get("url") != "":
        assert told == problems
    assert not Endpoint.objects.exists()


def test_ten_are_the_most(ada, local):
    for number in range(10):
        assert add(ada, f"http://127.0.0.1:9/{number}").status_code == 201
    answer = add(ada, "http://127.0.0.1:9/10")
    assert answer.status_code == 409
    assert "10 endpoints: delete one first." in errors_of(answer)[""]
    assert Endpoint.objects.count() == 10


def test_what_is_left_out_stays(ada, bo, local, settings):
    told = add(ada, "http://127.0.0.1:9/a", description="Shop", kinds=["hold.opened"]).json()
    settings.WEBHOOK_ALLOW_LOCAL = False
    refused = change(ada, told, url="https://192.168.1.1/")
    assert (refused.status_code, errors_of(refused)) == (422, {"url": PRIVATE})
    settings.WEBHOOK_ALLOW_LOCAL = True
    assert change(bo, told, description="Mine").status_code == 404

    changed = change(ada, told, url="http://127.0.0.1:9/b").json()

    assert changed == without_secret(told) | {"url": "http://127.0.0.1:9/b"}
    assert change(ada, told, kinds=[]).json()["kinds"] == []
    refused = change(ada, told, kinds=["x"])
    assert errors_of(refused).keys() == {"kinds[0]"}
    assert change(ada, told).json() == ask(ada, f"webhooks/{told['id']}/").json()


def test_a_paused_one_hears_later(ada, receiver):
    told = add(ada, receiver.url).json()
    assert change(ada, told, is_paused=True).json()["state"] == "paused"
    assert change(ada, told, is_paused=True).json()["state"] == "paused"
    make_order(ada, {"LAMP": 1})
    send_due()
    assert receiver.hooks == []
    (waiting,) = all_rows(ada, f"deliveries/?webhook={told['id']}")
    assert (waiting["state"], waiting["attempts_made"]) == ("waiting", 0)

    assert change(ada, told, is_paused=False).json()["state"] == "active"
    send_due()

    assert len(receiver.hooks) == 1
    kinds = list(Event.objects.filter(kind__startswith="webhook.").order_by("pk"))
    assert [event.kind for event in kinds] == ["webhook.added", "webhook.paused", "webhook.resumed"]


def test_a_deleted_one_is_gone(ada, bo, receiver):
    told = add(ada, receiver.url).json()
    path = f"webhooks/{told['id']}/"
    assert ask(bo, path, method="DELETE").status_code == 404
    assert ask(ada, path, method="DELETE").json() == without_secret(told)
    assert ask(ada, path).status_code == 404
    assert all_rows(ada, "webhooks/") == []
    for again in (
        ask(ada, path, method="DELETE"),
        ask(ada, path, {"is_paused": True}, method="PATCH"),
        ask(ada, f"{path}rotate/", method="POST"),
        ask(ada, f"{path}redeliver/", {"webhook_id": "msg_1"}),
    ):
        assert again.status_code == 404
    make_order(ada, {"LAMP": 1})
    send_due()
    assert receiver.hooks == []
    assert Endpoint.objects.get().secret == ""


def test_while_a_secret_is_rotated_both_sign(ada, bo, receiver):
    told = add(ada, receiver.url).json()
    path = f"webhooks/{told['id']}/rotate/"
    assert ask(bo, path, method="POST").status_code == 404

    rotated = ask(ada, path, method="POST").json()

    assert without_secret(rotated) == without_secret(told)
    assert rotated["secret"] != told["secret"]
    make_order(ada, {"LAMP": 1})
    send_due()
    hook = receiver.hooks[0]
    for secret in (told["secret"], rotated["secret"]):
        assert Webhook(secret).verify(hook.body, hook.headers)


def test_one_event_is_posted_once_more(ada, bo, receiver):
    told = add(ada, receiver.url).json()
    make_order(ada, {"LAMP": 1})
    send_due()
    (done,) = all_rows(ada, f"deliveries/?webhook={told['id']}&state=delivered")
    assert done["webhook_id"] == receiver.hooks[0].headers["webhook-id"]
    assert all_rows(bo, f"deliveries/?webhook={told['id']}") == []
    path = f"webhooks/{told['id']}/redeliver/"
    given = {"webhook_id": done["webhook_id"]}
    assert ask(bo, path, given).status_code == 404

    key = {"Idempotency_Key": str(uuid4())}
    for _ in range(2):
        assert ask(ada, path, given, **key).status_code == 200
        send_due()

    assert [hook.headers["webhook-id"] for hook in receiver.hooks] == [done["webhook_id"]] * 2
    assert Event.objects.filter(kind="webhook.replayed").count() == 1


def test_what_failed_in_a_time_is_posted_once_more(ada, receiver):
    told = add(ada, receiver.url).json()
    for _ in range(2):
        make_order(ada, {"LAMP": 1})
    send_due()
    lost = Delivery.objects.order_by("pk").first()
    Delivery.objects.filter(pk=lost.pk).update(delivered_at=None, given_up_at=timezone.now())
    (failed,) = all_rows(ada, f"deliveries/?webhook={told['id']}&state=failed")
    now = timezone.now()
    hour = {"since": (now - timedelta(hours=1)).isoformat(), "until": now.isoformat()}

    path = f"webhooks/{told['id']}/redeliver/"
    assert ask(ada, path, hour | {"only_failed": True}).status_code == 200
    send_due()

    assert len(receiver.hooks) == 3
    assert receiver.hooks[2].headers["webhook-id"] == failed["webhook_id"] == lost.webhook_id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "webhook_id"),
        ({"webhook_id": "msg_nothing"}, "webhook_id"),
        ({"webhook_id": "msg_01a2150cd87c7d37996679402de7d10f"}, "webhook_id"),
        ({"since": "2026-03-01T20:00:00Z"}, "webhook_id"),
        ({"webhook_id": "msg_1", "only_failed": True}, "webhook_id"),
        ({"since": "2026-03-01T20:00:00Z", "until": "2026-03-01T20:00:00Z"}, "until"),
        ({"since": "1900-03-01T20:00:00Z", "until": "2026-03-01T20:00:00Z"}, "since"),
    ],
)
def test_what_names_no_delivery_posts_nothing(ada, receiver, given, field):
    told = add(ada, receiver.url).json()
    make_order(ada, {"LAMP": 1})
    send_due()

    answer = ask(ada, f"webhooks/{told['id']}/redeliver/", given)

    assert (answer.status_code, list(errors_of(answer))) == (422, [field])
    send_due()
    assert len(receiver.hooks) == 1


def test_a_disabled_one_is_resumed_first(ada, receiver):
    told = add(ada, receiver.url).json()
    receiver.behave = lambda hook: Reply(410)
    make_order(ada, {"LAMP": 1})
    send_due()
    assert ask(ada, f"webhooks/{told['id']}/").json()["state"] == "disabled"
    sent = {"webhook_id": receiver.hooks[0].headers["webhook-id"]}
    refused = ask(ada, f"webhooks/{told['id']}/redeliver/", sent)
    assert refused.status_code == 409
    assert errors_of(refused)[""].startswith("This endpoint is disabled")

    receiver.behave = lambda hook: Reply()
    assert change(ada, told, is_paused=False).json()["state"] == "active"
    assert ask(ada, f"webhooks/{told['id']}/redeliver/", sent).status_code == 200
    send_due()
    assert len(receiver.hooks) == 2


def test_the_list_needs_a_webhook(ada):
    answer = ask(ada, "deliveries/")
    assert (answer.status_code, errors_of(answer)) == (422, {"webhook": "is required"})


def test_who_may_read_webhooks_may_not_change_them(ada, local):
    told = add(ada, "http://127.0.0.1:9/a").json()
    ApiKey.objects.filter(seller=ada.seller).update(scopes=[Scope.READ, Scope.WEBHOOKS])
    assert ask(ada, f"webhooks/{told['id']}/").status_code == 200
    assert ask(ada, f"deliveries/?webhook={told['id']}").status_code == 200
    assert add(ada, "http://127.0.0.1:9/b").status_code == 403
    assert change(ada, told, is_paused=True).status_code == 403
    assert ask(ada, f"webhooks/{told['id']}/rotate/", method="POST").status_code == 403
    assert Endpoint.objects.get().paused_at is None


def test_who_may_only_change_webhooks_does_not_read_their_urls(ada, local):
    told = add(ada, "http://127.0.0.1:9/hush").json()
    path = f"webhooks/{told['id']}/"
    ApiKey.objects.filter(seller=ada.seller).update(scopes=[Scope.CHANGE_WEBHOOKS])
    answers = [
        change(ada, told),
        change(ada, told, description="Shop"),
        ask(ada, f"{path}rotate/", method="POST"),
        ask(ada, path, method="DELETE"),
    ]
    assert [(answer.status_code, answer.json()["url"]) for answer in answers] == [(200, "")] * 4


def test_texts_are_cleaned_and_kinds_kept_once(ada, local):
    kinds = ["order.received", "hold.opened", "order.received"]
    told = add(ada, "http://127.0.0.1:9/a", description=" Our\nshop\t", kinds=kinds).json()
    assert (told["description"], told["kinds"]) == ("Our shop", ["hold.opened", "order.received"])
    changed = change(ada, told, description="Two\nlines", kinds=["hold.opened"] * 2).json()
    assert (changed["description"], changed["kinds"]) == ("Two lines", ["hold.opened"])


def test_a_description_alone_needs_no_look_at_the_url(ada, local, settings):
    told = add(ada, "http://127.0.0.1:9/a").json()
    settings.WEBHOOK_ALLOW_LOCAL = False
    changed = change(ada, told, description="Shop", is_paused=True).json()
    assert (changed["description"], changed["state"]) == ("Shop", "paused")


def test_a_refused_change_pauses_nothing(ada, local):
    told = add(ada, "http://127.0.0.1:9/a").json()
    refused = change(ada, told, url="ftp://127.0.0.1/", is_paused=True)
    assert (refused.status_code, list(errors_of(refused))) == (422, ["url"])
    assert ask(ada, f"webhooks/{told['id']}/").json() == without_secret(told)
