"""A few strange values at every door; script/torture doors tries more."""

import re

import pytest

from fulfillment.embedded.environment import BASE_DIR
from tests.support import examples
from torture.at_doors.door_table import DOORS
from torture.at_doors.knocking import QUERY, Often, knock, listed
from torture.at_doors.reading import read_back
from torture.at_doors.strange import Strange
from torture.at_doors.town import build
from torture.doors import MAIL_SECRET, MANY, RATES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEED = 20261123


@pytest.fixture
def open_hooks(settings, smtp_peer, sms_peer):
    """The secrets of the hooks are known, and messages leave to peers of ours."""
    settings.ANYMAIL = settings.ANYMAIL | {"WEBHOOK_SECRET": [MAIL_SECRET]}
    settings.SMS_HOOK_SECRET = "a-secret"
    settings.WEBHOOK_TIMEOUT = 1
    settings.SELLER_SIGN_UP = "open"
    for rate in RATES:
        setattr(settings, rate, int(MANY))


def test_no_door_answers_strange_values_with_an_error(open_hooks):
    town = build()

    often = Often(1, most_callers=examples(1, 2), twice=examples(5, 10) / 100)
    knocks = knock(town, often, seed=SEED, made=40)
    read_back(town, knocks)

    assert knocks.findings == [], "\n".join(listed(knocks))
    assert set(knocks.tried) >= set(DOORS)
    assert {200, 302, 400, 403, 404, 422} <= set(knocks.statuses)


def test_every_parameter_that_a_page_reads_is_among_those_tried():
    read = re.compile(r"""\bGET(?:\.get\(|\.getlist\(|\[)"(\w+)\"""")
    rooms = ("fulfillment", "notifications", "orders", "warehouse")
    sources = [
        path.read_text() for room in rooms for path in (BASE_DIR / room).rglob("views/**/*.py")
    ]
    assert {name for text in sources for name in read.findall(text)} <= set(QUERY)


def test_the_same_seed_draws_the_same():
    first, again, other = (Strange(seed, made=20) for seed in (1, 1, 2))

    assert (first.texts, first.json) == (again.texts, again.json)
    assert first.json != other.json
