"""A provider that takes its messages quickly is given more of them at once."""

from typing import Any, Self

import pytest

from notifications.channels.base import Receipt
from notifications.delivery import sending
from notifications.delivery.sending import send_due
from notifications.models import Message
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db

MESSAGES = 14


class Counting:
    """A channel that notes how many messages are claimed whenever it is given one."""

    provider = "counting"
    knows_keys = True
    claimed: list[int]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def send(self, outgoing: Any) -> Receipt:
        self.claimed.append(Message.objects.filter(status="claimed").count())
        return Receipt(outgoing.key)


@pytest.fixture
def claims(ada, monkeypatch):
    """Sends over the channel, two messages at first, and tells how many each claim had."""
    monkeypatch.setattr(sending, "BATCH", 2)
    for number in range(MESSAGES):
        make_order(ada, {"LAMP": 1}, phone="", email=f"grace-{number}@example.com")

    def sent() -> list[int]:
        Counting.claimed = []
        assert send_due(channels={"email": Counting}) == MESSAGES
        first_of_each, left = [], 0
        for claimed in Counting.claimed:
            if not left:
                first_of_each.append(claimed)
                left = claimed
            left -= 1
        return first_of_each

    return sent


def test_a_quick_provider_is_given_four_batches_at_once(claims, monkeypatch):
    monkeypatch.setattr(sending, "PACE_SECONDS", 1_000_000.0)
    assert claims() == [2, 8, 4]


def test_a_slow_provider_is_given_a_batch_at_a_time(claims, monkeypatch):
    monkeypatch.setattr(sending, "PACE_SECONDS", 0.0)
    assert claims() == [2] * 7
