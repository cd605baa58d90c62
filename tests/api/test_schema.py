"""GET /api/v1/openapi.json: every door is in it, with names and examples that are right.

That answers are as it says, each request of these tests checks (tests/api/asking.py).
"""

from collections import Counter

import msgspec
import pytest
from django.test import Client

from tests.api.asking import ask
from tests.api.described import problems, schema
from torture.at_doors.addresses import template
from torture.at_doors.api_scopes import SCOPES
from torture.at_doors.door_table import API, DOORS

pytestmark = pytest.mark.django_db

API_ROOM = "fulfillment.api"


def operations():
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_served_to_anybody_as_it_is():
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    told = answer.json()
    assert told["openapi"] == "3.1.0"
    assert told["paths"].keys() == schema()["paths"].keys()


def test_every_door_of_the_api_is_in_it_with_its_scope():
    doors = {
        (template(name).replace("<x:id>", "{id}"), method.lower(), str(scope))
        for name, who in DOORS.items()
        if who == API
        for method, scope in SCOPES[name].items()
    }
    described = {
        (path.removeprefix("/"), method, operation["security"][0]["apiKey"][0])
        for path, method, operation in operations()
    }
    assert described == doors


def test_every_operation_has_a_name_of_its_own_and_says_what_it_may_answer():
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(ids)) == len(ids)
    for path, method, operation in operations():
        assert operation["summary"], (method, path)
        assert {"401", "403", "429", "503"} <= operation["responses"].keys()
        # Whatever takes an id may not find it; what takes a query or a body may refuse it.
        assert ("{id}" in path) == ("404" in operation["responses"])
        takes = {one["in"] for one in operation.get("parameters", [])} - {"path", "header"}
        if takes or "requestBody" in operation:
            assert "422" in operation["responses"]
    for name in schema()["components"]["schemas"]:
        assert name.isidentifier(), "two structs have one name"


def test_every_example_is_what_it_shows(ada, lamp):
    found = 0
    for path, method, operation in operations():
        for kind in operation.get("requestBody", {}).get("content", {}).values():
            for name, example in kind.get("examples", {}).items():
                assert list(problems(kind["schema"], example["value"])) == [], (path, method, name)
                found += 1
    assert found >= 4
    (example,) = schema()["paths"]["/api/v1/orders/"]["post"]["requestBody"]["content"][
        "application/json"
    ]["examples"].values()
    assert ask(ada, "orders/", example["value"], Idempotency_Key="a").status_code == 201


def test_no_two_shapes_have_one_name():
    """The schema keeps one of each name, and says it wherever either is meant."""
    shapes = list(msgspec.Struct.__subclasses__())
    for shape in shapes:
        shapes += shape.__subclasses__()
    names = Counter(shape.__name__ for shape in shapes if shape.__module__.startswith(API_ROOM))
    assert len(names) > 50
    assert [name for name, times in names.items() if times > 1] == []
