"""A shared scanner in the tests: a browser with the cookie of an enrolled device."""

from django.test import Client

from orders.accounts.sign_in import ViewerBackend
from warehouse.badges.badges import choose_pin, issue_badge
from warehouse.badges.devices import enrol_device
from warehouse.badges.seats import COOKIE

BADGE, OUT = "/warehouse/badge/", "/warehouse/badge/out/"
LOCK, UNLOCK = "/warehouse/lock/", "/warehouse/unlock/"
PIN = "204816"
BACKEND = f"{ViewerBackend.__module__}.{ViewerBackend.__name__}"


class Scanner:
    """A device that was enrolled by a lead."""

    def __init__(self, warehouse, lead, *, name="Scanner 7"):
        self.device, self.token = enrol_device(warehouse, name=name, actor=lead)
        self.client = Client()
        self.client.cookies[COOKIE] = self.token

    def enter(self, code, pin=PIN, **fields):
        """The answer to a badge and PIN."""
        return self.client.post(BADGE, {"badge": code, "pin": pin} | fields)

    def unlock(self, pin=PIN, **headers):
        return self.client.post(UNLOCK, {"pin": pin}, headers=headers)


def badge_for(user, warehouse, lead, pin=PIN):
    """(badge, code) of somebody who has chosen a PIN."""
    badge, code, _ = issue_badge(user, warehouse=warehouse, actor=lead)
    return choose_pin(badge, pin), code


def by_password(user):
    """A browser in which somebody signed in with the password."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client
