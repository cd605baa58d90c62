"""The web server of the browser tests answers whatever else its browser has opened."""

import socket

import pytest
import requests

from tests.browser.site import Site
from tests.tracking.tracked import MONDAY

pytestmark = pytest.mark.django_db


def test_a_connection_on_which_nobody_asks_holds_nobody_up():
    with Site(MONDAY) as site, socket.create_connection(site.server.server_address):
        answer = requests.get(f"{site.address}/static/track.css", timeout=10)
    assert answer.status_code == 200
