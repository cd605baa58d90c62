"""Browsers that are told of an order, for tests."""

from notifications.channels.vapid import public_key
from notifications.consent.updates import subscribe_browser


def subscribe(peer, order, language="en"):
    """(a new browser of the peer, its row), told of this order."""
    browser, subscription = peer.subscribe(public_key())
    row = subscribe_browser(
        order, endpoint=subscription["endpoint"], language=language, **subscription["keys"]
    )
    return browser, row
