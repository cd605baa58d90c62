"""schemathesis at the doors of the API: requests made of the served schema, by three identities.

No answer is 5xx, each is what the schema says, a key without the scope is refused, and a seller
sees nothing of another.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from orders.access import Scope
from orders.keys import token_hash
from orders.models import ApiKey
from torture.at_doors.town import Side, Town

SCHEMA = "/api/v1/openapi.json"
# Whether a value that a schema allows is taken is no question of the schema alone: a number may be
# used already, a mail address has rules that no pattern tells.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "missing_required_header",
)


@dataclass(frozen=True)
class Identity:
    """Whose key it is, and what it may do."""

    name: str
    key: str
    scopes: frozenset[str]
    is_owner: bool  # of the rows whose ids are asked for


@dataclass
class Explored:
    """How often each operation was tried and what it answered, and what should not be."""

    tried: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    findings: dict[str, str] = field(default_factory=dict)  # the first of its kind, by its title

    def lines(self) -> Iterator[str]:
        """The report."""
        yield from (f"{name}: {count} requests" for name, count in sorted(self.tried.items()))
        yield f"answers: {dict(sorted(self.statuses.items()))}"
        yield from (f"FINDING: {title}: {text}" for title, text in self.findings.items())


def explore(town: Town, *, seed_of_run: int, each: int, only: Collection[str] = ()) -> Explored:
    """Ask every operation with `each` right and as many wrong requests, by each identity.

    `only`: these operations, as `GET /api/v1/orders/`.
    """
    schema = schemathesis.openapi.from_wsgi(SCHEMA, get_wsgi_application())
    # Each request has a key of ours: what happens without one is no question of a schema.
    schema.config.generation.update(with_security_parameters=False)
    explored, ids, identities = Explored(), _ids_of(town.sides[0]), _identities(town)
    for found in schema.get_all_operations():
        if not isinstance(found, Ok):
            raise found.err()
        operation = found.ok()
        if only and operation.label not in only:
            continue
        rows = ids.get(operation.path.split("/")[3]) or [str(uuid4())]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cases = operation.as_strategy(generation_mode=mode)
            for case, row in _drawn(cases, rows, seed_of_run=seed_of_run, each=each):
                for identity in identities:
                    _ask(explored, case, row, identity, ids)
    return explored


def _drawn(cases: Any, rows: list[str], *, seed_of_run: int, each: int) -> list[tuple[Any, str]]:
    """Requests, each with the id of a row; none where nothing about an operation can be wrong."""
    found: list[tuple[Any, str]] = []

    @seed(seed_of_run)
    @settings(
        max_examples=each,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, row=st.sampled_from(rows))
    def draw(case: Any, row: str) -> None:
        found.append((case, row))

    with suppress(Unsatisfiable):
        draw()
    return found


def _ask(
    explored: Explored, case: Any, row: str, who: Identity, ids: Mapping[str, list[str]]
) -> None:
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = row
    answer = case.call(headers={"Authorization": f"Bearer {who.key}"})
    name = case.operation.label
    explored.tried[name] += 1
    explored.statuses[answer.status_code] += 1
    try:
        case.validate_response(answer, checks=_checks())
    except FailureGroup as group:
        for failure in group.exceptions:
            told = f"{who.name}: {str(failure)[:600]}\n{case.as_curl_command()[:600]}"
            explored.findings.setdefault(f"{name}: {failure.title}", told)
    for problem in _of_tenants(case, answer, who, ids):
        explored.findings.setdefault(f"{name}: {problem}", f"{who.name}: {answer.text[:300]}")


def _of_tenants(
    case: Any, answer: Any, who: Identity, ids: Mapping[str, list[str]]
) -> Iterator[str]:
    needed = case.operation.definition.raw["security"][0]["apiKey"][0]
    if needed not in who.scopes and answer.status_code != 403:
        yield f"a key without the scope {needed} got {answer.status_code}"
    if who.is_owner or needed not in who.scopes:
        return
    if case.path_parameters and answer.status_code != 404:
        yield f"another seller's row was {answer.status_code}"
    if any(row in answer.text for rows in ids.values() for row in rows):
        yield "another seller's id was told"


def _checks() -> list[Any]:
    return [checks.CHECKS.get_one(name) for name in CHECKS]


def _identities(town: Town) -> list[Identity]:
    side, other = town.sides
    every = frozenset(Scope.values)
    return [
        Identity("a full key", side.key, every, is_owner=True),
        Identity("a key to read", _key_to_read(side), frozenset({Scope.READ}), is_owner=True),
        Identity("another seller", other.key, every, is_owner=False),
    ]


def _key_to_read(side: Side) -> str:
    text = "fk_strange_reader_" + "r" * 32
    full = ApiKey.objects.get(seller=side.seller, key_hash=token_hash(side.key))
    ApiKey.objects.get_or_create(
        key_hash=token_hash(text),
        defaults={
            "seller": side.seller,
            "channel": full.channel,
            "name": "Reads",
            "prefix": text[:8],
            "scopes": [Scope.READ],
        },
    )
    return text


def _ids_of(side: Side) -> dict[str, list[str]]:
    """{resource: the ids of its rows}, as their own seller reads them."""
    client, found = Client(SERVER_NAME="127.0.0.1"), {}
    names = (
        "orders", "shipments", "packages", "returns", "products", "stock", "calls", "webhooks",
    )  # fmt: skip
    for name in names:
        headers = {"Authorization": f"Bearer {side.key}"}
        rows = client.get(f"/api/v1/{name}/", headers=headers).json()[name]
        found[name] = [row["id"] for row in rows]
    return found
