"""A few requests made of the served schema, with three identities; script/schema tries more."""

import pytest

from tests.support import examples
from torture.at_doors.exploring import explore
from torture.at_doors.town import build
from torture.doors import MANY, RATES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEED = 20261123


def test_no_request_of_the_schema_finds_what_should_not_be(settings, smtp_peer, sms_peer):
    for rate in RATES:
        setattr(settings, rate, int(MANY))
    town = build()

    explored = explore(town, seed_of_run=SEED, each=examples(1, 2))

    assert explored.findings == {}, "\n".join(explored.lines())
    assert {200, 201, 400, 403, 404, 409, 422} <= set(explored.statuses)

    # As if the API told the other seller what is not theirs.
    town.sides[1].key = town.sides[0].key
    order, shipments = "GET /api/v1/orders/{id}/", "GET /api/v1/shipments/"
    explored = explore(town, seed_of_run=SEED, each=1, only=(order, shipments))
    assert explored.findings.keys() == {
        f"{order}: another seller's row was 200",
        f"{order}: another seller's id was told",
        f"{shipments}: another seller's id was told",
    }
