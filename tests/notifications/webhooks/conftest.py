"""Receivers on loopback, and endpoints that post to them."""

from contextlib import ExitStack

import pytest

from fulfillment.demo.peers.hooks import HookPeer
from notifications.models import Endpoint
from notifications.webhooks.endpoints import add_endpoint


@pytest.fixture(autouse=True)
def _local(settings):
    """Receivers are on this machine."""
    settings.WEBHOOK_ALLOW_LOCAL = True


@pytest.fixture
def receivers():
    """A function that starts receivers."""
    with ExitStack() as stack:

        def start(number):
            peers = [HookPeer().start() for _ in range(number)]
            for peer in peers:
                stack.callback(peer.stop)
            return peers

        yield start


@pytest.fixture
def receiver(receivers):
    """One receiver."""
    return receivers(1)[0]


@pytest.fixture
def endpoint(ada, receiver):
    """Ada's endpoint at the receiver; `text` is its secret."""
    return make_endpoint(ada, receiver.url)


def make_endpoint(side, url, *kinds) -> Endpoint:
    """An endpoint of this seller with its secret as `text`."""
    made, text = add_endpoint(
        side.seller, url=url, description="", kinds=list(kinds), actor=side.owner
    )
    made.text = text
    return made
