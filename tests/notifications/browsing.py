"""Browsers that are told of an order, for tests."""

from notifications.actions.updates import tell_browser
from notifications.vapid import public_key


def subscribe(peer, order, language="en"):
    """(a new browser of the peer, its row), told of this order."""
    browser, subscription = peer.subscribe(public_key())
    row = tell_browser(
        order, endpoint=subscription["endpoint"], language=language, **subscription["keys"]
    )
    return browser, row
