"""What a session was given by a statement counts as unknown until it is noted, whatever happens."""

import time

import pytest
from django.db import connection

from fulfillment.tracking.queries import SELLER
from orders import statements
from orders.models import Order
from orders.row_security import NO_SELLER, seeing
from orders.statements import narrow_to_found
from tests.support import cast, servers
from tests.support.databases import superuser

pytestmark = pytest.mark.django_db


def lose_connection():
    """The server ends it; the next request finds that out."""
    with superuser(servers.DATABASE) as database:
        backend = connection.connection.info.backend_pid
        database.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    connection.health_check_enabled, connection.health_check_done = True, False
    statements._last.at = time.monotonic() - 2 * statements.TRUSTED_SECONDS


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_request_cut_off_after_the_statement_leaves_nothing_to_the_next(
    ada, monkeypatch, is_lost
):
    cast.make_product(ada, "LAMP", "Brass lamp")
    hashed = bytes(cast.make_order(ada, {"LAMP": 1}).tracking_hash)

    def cut_off(_ids):
        raise KeyboardInterrupt

    with seeing(NO_SELLER), monkeypatch.context() as patched:
        if is_lost:
            lose_connection()
        patched.setattr(statements, "reach_of_ids", cut_off)
        with pytest.raises(KeyboardInterrupt):
            narrow_to_found(SELLER, [hashed])

    with seeing(NO_SELLER):
        assert not Order.objects.exists()
    with seeing(NO_SELLER):
        assert narrow_to_found(SELLER, [hashed])
        assert Order.objects.count() == 1
