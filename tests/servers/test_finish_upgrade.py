"""`manage.py finish_upgrade`: secrets and walls that had to wait for the former version's end."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from fulfillment.database.guards import unguarded
from fulfillment.embedded.postgres import OWNER
from orders.accounts.connections import save_secret, valid_secrets
from orders.accounts.sealing import SHOP_SECRETS, is_closed
from orders.models import SalesChannel
from tests.support import servers
from tests.support.databases import server_url, superuser

pytestmark = pytest.mark.django_db

SWITCH = "ALTER TABLE orders_order {} ROW LEVEL SECURITY"


@pytest.fixture
def upgrading(ada):
    """An installation in the middle of an upgrade: a secret in plain, a table without its wall."""
    SalesChannel.objects.filter(pk=ada.channel.pk).update(secret="shpss_plain")
    with superuser(servers.DATABASE) as database:
        database.execute(SWITCH.format("DISABLE"))
        try:
            yield SalesChannel.objects.get(pk=ada.channel.pk)
        finally:
            database.execute(SWITCH.format("ENABLE"))


def test_a_secret_of_the_former_version_is_accepted(upgrading):
    assert valid_secrets(upgrading) == ["shpss_plain"]


def test_the_owner_encrypts_and_guards_what_was_left(upgrading):
    assert unguarded() == ["orders_order"]
    env = os.environ | {"DATABASE_URL": server_url(OWNER, servers.DATABASE)}
    done = subprocess.run(
        [sys.executable, "manage.py", "finish_upgrade"],
        cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "secrets of 1 shops" in done.stdout, done.stderr
    assert "1 tables" in done.stdout
    upgrading.refresh_from_db()
    assert SHOP_SECRETS.open(upgrading.secret) == "shpss_plain"
    assert valid_secrets(upgrading) == ["shpss_plain"]
    assert unguarded() == []


def test_a_former_secret_in_plain_is_encrypted_too(ada):
    """It was changed while both versions ran: the new one is encrypted, the former is as it was."""
    SalesChannel.objects.filter(pk=ada.channel.pk).update(secret="shpss_plain")
    save_secret(ada.channel, secret="shpss_next", actor=None)
    call_command("finish_upgrade", stdout=StringIO())
    channel = SalesChannel.objects.get(pk=ada.channel.pk)
    assert is_closed(channel.previous_secret)
    assert valid_secrets(channel) == ["shpss_next", "shpss_plain"]


def test_the_portal_itself_may_not(upgrading):
    with pytest.raises(CommandError, match="as the owner of the tables"):
        call_command("finish_upgrade", stdout=StringIO())
    assert unguarded() == ["orders_order"]


def test_there_is_nothing_to_do_twice():
    out = StringIO()
    call_command("finish_upgrade", stdout=out)
    assert "0 shops" in out.getvalue()
    assert "0 tables" in out.getvalue()
