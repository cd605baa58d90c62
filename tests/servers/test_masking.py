"""What a log line may not say, and what it may."""

import io
import json
import logging
import subprocess
import sys
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from fulfillment.settings.logs import formatter
from fulfillment.settings.masking import mask
from orders.keys import tracking_token

CANARY = ["Canarina", "canary"]
TOKEN = tracking_token(UUID(int=7), 1)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (f"Not Found: /track/{TOKEN}/", "Not Found: /track/***/"),
        (f"/track/{TOKEN}/state.json?a=1", "/track/***/state.json?a=1"),
        (f"next=/track/{TOKEN}&x", "next=/track/***&x"),
        (f"/join/{TOKEN}/", "/join/***/"),
        ("/accounts/password/new/4711/c9-x/ x", "/accounts/password/new/*** x"),
        ("/accounts/password/new/done/", "/accounts/password/new/done/"),
        (f"token {TOKEN}.", "token ***."),
        ("key fk_abc-DEF_123 used", "key fk_*** used"),
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer ***"),
        ("to Grace.Hopper+x@mail.example.com: 550", "to ***@***: 550"),
        ("to +49 151 5551234 now", "to +*** now"),
        ("postgresql://app:s3cret@db/x", "postgresql://app:***@db/x"),
        (
            "ERROR: duplicate key\nDETAIL:  Key (email)=(Ada Ahlgren) already exists.\nX",
            "ERROR: duplicate key\nDETAIL: ***\nX",
        ),
        ("Failing row contains (1, Grace Hopper, Unter den Linden)", "Failing row contains ***"),
        # What an operator needs stays.
        ("message 4711 cannot be written", "message 4711 cannot be written"),
        (
            "of 0197a1b2-3c4d-7e8f-9a0b-1c2d3e4f5a6b",
            "of 0197a1b2-3c4d-7e8f-9a0b-1c2d3e4f5a6b",
        ),
        ("2026-11-28T09:00:00+00:00 +15 min", "2026-11-28T09:00:00+00:00 +15 min"),
        ("request 0123456789abcdef0123456789abcdef", "request 0123456789abcdef0123456789abcdef"),
        ("redis://broker/0 Error 111", "redis://broker/0 Error 111"),
    ],
)
def test_a_line_is_masked(text, written):
    assert mask(text) == written


HOSTILE = [
    "a",
    "a.",
    "a@",
    "a@a.",
    "Key (",
    "://a:",
    "fk_",
    "bearer ",
    "+1 ",
    "invalid input syntax for ",
]
READS = """
import sys
from fulfillment.settings.masking import mask
for unit in sys.argv[1:]:
    print(unit, flush=True)
    mask(unit * 200_000)
"""


def test_a_text_is_read_once_however_it_is_made():
    """Where each letter would be a new beginning, this takes an hour and holds all threads."""
    read = subprocess.Popen(
        [sys.executable, "-c", READS, *HOSTILE], stdout=subprocess.PIPE, text=True
    )
    try:
        assert read.wait(60) == 0
    except subprocess.TimeoutExpired:
        read.kill()
        pytest.fail(f"took too long, or for ever: {read.stdout.read().splitlines()[-1]!r}")


def test_a_long_text_is_cut_in_its_middle():
    assert len(mask("a" * 1_000_000)) < 33_000


@pytest.mark.django_db
@pytest.mark.parametrize("readable", [True, False])
def test_the_row_of_a_database_error_is_not_logged(readable):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter(readable=readable))
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO orders_seller (name, slug) VALUES (%s, %s)", CANARY)
    except IntegrityError:
        log.exception("refused")
    assert "IntegrityError" in out.getvalue()
    assert "Canarina" not in out.getvalue()
    assert readable or json.loads(out.getvalue())["event"] == "refused"
