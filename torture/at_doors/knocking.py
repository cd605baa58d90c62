"""Strange requests to every door, with several identities: no answer of 5xx; then all is read."""

import hashlib
import hmac
import json
import logging
import time
import traceback
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urljoin, urlsplit
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from notifications.channels.sms.gateway import signature
from orders.access import Role
from torture.at_doors.addresses import address, template
from torture.at_doors.door_table import API, DOORS, PUBLIC
from torture.at_doors.given import SECRET
from torture.at_doors.page_forms import forms_in
from torture.at_doors.strange import Strange
from torture.at_doors.town import Side, Town
from torture.at_doors.twice import press_twice

log = logging.getLogger(__name__)

BACKEND = "orders.accounts.sign_in.ViewerBackend"
FILTERS = "filters"  # no door: among the forms, the fields of all that only ask
# Parameters of query strings beside those; forms are read off the pages.
QUERY = (
    "after", "back", "browser", "by", "channel", "code", "country", "dark", "figure", "format",
    "kind", "language", "limit", "line", "location", "next", "of", "order", "outcome", "page",
    "product", "q", "reason", "saved", "scheme", "seller", "show", "since", "sort", "source",
    "state", "status", "stop", "then", "until", "warehouse", "what",
)  # fmt: skip
# Session, form, language, shared scanner, tracking page, browsers that are remembered.
COOKIES = (
    "sessionid", "csrftoken", "language", "floor_device", "floor_printers", "floor_printers=label",
    "messages", "track_language",
    "track_proof", "track_code", "acted", "known_device",
)  # fmt: skip
MOST_TWICE = 3  # forms of a door that are sent twice at once: many differ in their row only
BODIES_EACH = 8  # requests to a program's door for one to a page: a body has many places
# What would shut the door behind it: last, for they end sessions and keys.
LAST = (
    "dashboard_change_secret", "dashboard_rotate_key", "dashboard_revoke_key",
    "dashboard_switch_channel", "dashboard_delete_channel",
    "account_change_password", "account_set_password", "account_logout", "usersessions_list",
)  # fmt: skip
API_ORDER = {
    "reference": "S-1", "number": "#S-1", "placed_at": "2026-11-23T09:00:00Z",
    "customer": {"name": "Grace", "email": "g@example.com", "phone": "0151 1", "language": "en"},
    "address": {
        "street": "Linden 1", "postcode": "10117", "city": "Berlin", "country": "DE",
        "region": "BE", "company": "Navy", "name": "Grace",
    },
    "currency": "EUR", "note": "Ring", "gift": False, "priority": 0,
    "lines": [{"sku": "LAMP", "quantity": 2, "title": "Lamp", "unit_price": 1999, "ships": True}],
}  # fmt: skip
SHOP_ORDER = {
    "id": 1, "admin_graphql_api_id": None, "name": "#1", "order_number": 1, "currency": "EUR",
    "created_at": "2026-11-23T10:00:00+01:00", "processed_at": "2026-11-23T10:00:00+01:00",
    "cancelled_at": None, "test": False, "email": "g@example.com", "contact_email": None,
    "phone": "1", "customer_locale": "en-US", "note": "Ring", "tags": "gift", "note_attributes": [],
    "customer": {"first_name": "Grace", "last_name": "Hopper", "email": "g@b.c", "phone": "1"},
    "shipping_address": {
        "name": "Grace", "address1": "Linden 1", "address2": "3rd", "zip": "10117", "company": "N",
        "city": "Berlin", "country_code": "DE", "province": "B", "province_code": "BE",
    },
    "line_items": [
        {
            "name": "Lamp", "title": "Lamp", "sku": "LAMP", "quantity": 2, "current_quantity": 2,
            "fulfillable_quantity": 2, "fulfillment_status": None, "price": "19.99",
            "requires_shipping": True, "gift_card": False, "fulfillment_service": "manual",
        }
    ],
}  # fmt: skip
BODIES: dict[str, Any] = {
    "api_orders": API_ORDER,
    "api_bulk": [API_ORDER | {"reference": "S-2"}, API_ORDER | {"reference": "S-3"}],
    "api_cancel": {"lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25a", "quantity": 2}]},
    "api_split": {
        "lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25a", "quantity": 1}],
        "shipment": None, "contents": "", "reason": "x",
    },
    "api_join": {"shipment": None, "into": None, "reason": "x"},
    "api_merge": {"orders": ["01a22354-0f7a-7967-9c10-6d34dc8df25a"], "reason": "x"},
    "api_unmerge": {"reason": "x"}, "api_rotate_webhook": {},
    "api_move": {"warehouse": "BER", "shipment": None, "reason": "x"},
    "api_uncancel": {"cancellation": None, "reason": "x"},
    "api_products": {
        "sku": "NEW", "title": "A lamp", "barcodes": ["1"], "weight_grams": 9, "is_active": True,
    },
    "api_hold": {"detail": "The customer asked to wait."}, "api_release": {"hold": None},
    "api_address": API_ORDER["address"],
    "api_edit": {
        "address": API_ORDER["address"], "customer": API_ORDER["customer"], "note": "x",
        "gift": True, "priority": 3, "ships_as": "together", "reason": "x",
    },
    "api_units": {
        "lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25a", "quantity": 2}],
        "add": [{"sku": "LAMP", "quantity": 1, "title": "Lamp", "unit_price": 1}], "reason": "x",
    },
    "api_returns": {
        "order": "01a22354-0f7a-7967-9c10-6d34dc8df25a",
        "lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25a", "quantity": 1}],
        "reason": "damaged", "comment": "x", "wish": "", "why": "x", "deduct_fee": False,
    },
    "api_approve_return": {"reason": "x"}, "api_refuse_return": {"words": "It was used."},
    "api_decide_discrepancy": {"decision": "discard"}, "api_webhooks": {"url": "https://a.example"},
    "api_redeliver": {"since": "2026-03-01T20:00:00Z", "until": "2026-03-02T06:00:00Z"},
    "shop_hook": SHOP_ORDER,
    "sms_report": {"id": "1", "key": "k", "status": "delivered", "detail": "x", "at": "2026-11-23"},
    "sms_inbound": {"id": "1", "from": "+4915112345678", "text": "STOP"},
    "mail_hook": {
        "RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "MessageID": "m-1",
        "Email": "g@example.com", "BouncedAt": "2026-11-23T10:00:00Z", "Description": "x",
        "Metadata": {"key": "k"}, "ID": 1, "Tag": "x",
    },
    "track_push": {"endpoint": "https://push.example/1", "keys": {"p256dh": "x", "auth": "x"}},
}  # fmt: skip

# Doors of the API that need nothing but the key.
BY_KEY = {
    "api_products", "api_cancel", "api_hold", "api_release", "api_address", "api_edit", "api_units",
    "api_bulk", "api_uncancel", "api_split", "api_join", "api_merge", "api_unmerge", "api_move",
    "api_retry_call", "api_dismiss_call", "api_returns", "api_approve_return", "api_refuse_return",
    "api_decide_discrepancy", "api_webhooks", "api_rotate_webhook", "api_redeliver",
}  # fmt: skip


@dataclass
class Knocks:
    """What was tried at each door, and what went wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def look(self, door: str, visitor: "Visitor", url: str) -> None:
        """Open a page."""
        _try(self, door, visitor, ("GET", url, b"", "", _bearer(visitor)))


class Visitor:
    """A client of one identity; it signs in again when a strange request has ended its session."""

    def __init__(self, name: str, user: Any = None, side: Side | None = None) -> None:
        self.name, self.user, self.side = name, user, side
        self.client = Client(raise_request_exception=False)

    def sign_in(self) -> None:
        """Have a session, where this is a person."""
        if self.user and "sessionid" not in self.client.cookies:
            self.client.force_login(self.user, backend=BACKEND)

    def ask(self, method: str, url: str, body: bytes, kind: str, headers: dict[str, str]) -> Any:
        """The answer to one request."""
        self.sign_in()
        kept = deepcopy(self.client.cookies)
        if strange := headers.get("Cookie"):  # beside its own, and in the place of one of them
            names = {pair.partition("=")[0] for pair in strange.split("; ")}
            own = [f"{name}={cookie.value}" for name, cookie in kept.items() if name not in names]
            headers = headers | {"Cookie": "; ".join([*own, strange])}
        answer = self.client.generic(
            method, url, body, content_type=kind, headers=headers, SERVER_NAME="127.0.0.1"
        )
        if strange:  # what was made of it is of this request
            self.client.cookies = kept
        return answer


def visitors(town: Town) -> dict[str, list[Visitor]]:
    """{door: who knocks}: nobody, the first seller's owner, the other's, and whose door it is."""
    nobody = Visitor("nobody")
    workers: dict[str, Visitor] = {role: Visitor(role, user) for role, user in town.people.items()}
    owners = [workers[Role.OWNER], Visitor("other owner", town.sides[1].owner)]
    keys = [Visitor(f"key {number}", side=side) for number, side in enumerate(town.sides)]
    found = {}
    for door, who in DOORS.items():
        own = keys if who == API else [workers[role] for role in sorted(who) if role in workers]
        own = [] if who == PUBLIC else own
        found[door] = list(dict.fromkeys([nobody, *owners, *own]))
    return found


class Often(NamedTuple):
    """How often it is knocked: so many times with each of so many identities.

    `twice`: the part of the doors with buttons at which they are pressed twice at once.
    """

    each: int
    most_callers: int = 9
    twice: float = 1.0


def knock(town: Town, often: Often, *, seed: int, made: int = 200) -> Knocks:
    """Knock at every door with each identity, or with some of them."""
    strange, knocks = Strange(seed, made=made), Knocks()
    who = visitors(town)
    forms = _forms(town, who, knocks)
    for door, payload in BODIES.items():  # as it should be, so that something is accepted
        visitor, body = who[door][-1], json.dumps(payload).encode()
        signed = _signed(door, visitor, town, body, strange)
        url = address(door, town.rows)
        _try(knocks, door, visitor, ("POST", url, body, "application/json", signed))
    for door in sorted(DOORS, key=lambda door: (door in LAST, door)):
        if strange.luck.random() < often.twice and door not in LAST:
            for form in forms.get(door, ())[:MOST_TWICE]:
                _press_twice(knocks, door, who[door][-1], address(door, town.rows), form)
        callers = min(often.most_callers, len(who[door]))
        for visitor in strange.luck.sample(who[door], k=callers):
            for _ in range(often.each * (BODIES_EACH if door in BODIES else 1)):
                _try(knocks, door, visitor, _request(door, visitor, town, strange, forms))
    return knocks


def _press_twice(
    knocks: Knocks, door: str, visitor: Visitor, url: str, form: dict[str, str]
) -> None:
    """One form of a page, sent twice at once by whose door it is."""
    body = _encoded([*form.items(), ("client_id", str(uuid4())), ("sequence", "1")]).encode()
    visitor.sign_in()
    answers = press_twice(visitor.client, url, body, headers=_bearer(visitor))
    if len(answers) < 2:
        knocks.findings.append(f"{door} as {visitor.name}: no answer to {body[:500]!r} sent twice")
    for answer in answers:
        _note(knocks, door, visitor, ("POST, twice", url, body, "", {}), answer)


def read_all(town: Town, knocks: Knocks) -> None:
    """Open every page as one whose door it is, as it is now."""
    for door, callers in visitors(town).items():
        knocks.look(door, callers[-1], address(door, town.rows))


Request = tuple[str, str, bytes, str, dict[str, str]]


def _try(knocks: Knocks, door: str, visitor: Visitor, request: Request) -> Any:
    answer = visitor.ask(*request)
    _note(knocks, door, visitor, request, answer)
    return answer


def _note(knocks: Knocks, door: str, visitor: Visitor, request: Request, answer: Any) -> None:
    knocks.tried[door] += 1
    knocks.statuses[answer.status_code] += 1
    if answer.status_code >= 500:
        method, url, body, *_ = request
        error = answer.exc_info
        where = "".join(traceback.format_exception(*error)[-3:]) if error else ""
        told = f"{answer.status_code} to {method} {url} {body[:500]!r}"
        knocks.findings.append(f"{door} as {visitor.name}: {told}\n{where}")


def _forms(
    town: Town, who: Mapping[str, list[Visitor]], knocks: Knocks
) -> dict[str, list[dict[str, str]]]:
    """{door: what a person would send there}, from the forms of all pages; filters under one."""
    found: dict[str, list[dict[str, str]]] = {FILTERS: [{}]}
    for door in DOORS:
        page = address(door, town.rows)
        for visitor in who[door][1:]:
            answer = _try(knocks, door, visitor, ("GET", page, b"", "", _bearer(visitor)))
            if answer.status_code == 405:  # no page, but a button of one
                found.setdefault(door, []).append({})
            if answer.status_code != 200 or "html" not in answer["Content-Type"]:
                continue
            for form in forms_in(answer.content.decode()):
                name = _door_of(urljoin(page, form.action))
                if form.method == "get":
                    found[FILTERS][0].update(form.fields)
                if name and form.method == "post":
                    found.setdefault(name, []).append(form.fields)
            break
    return found


def _door_of(url: str) -> str:
    try:
        return str(resolve(urlsplit(url).path).url_name)
    except Resolver404:
        return ""


def _request(
    door: str,
    visitor: Visitor,
    town: Town,
    strange: Strange,
    forms: Mapping[str, list[dict[str, str]]],
) -> Request:
    method, url, body, kind, headers = _plain_request(door, visitor, town, strange, forms)
    return method, url, body, kind, headers | _cookies(strange)


def _cookies(strange: Strange) -> dict[str, str]:
    """At times a cookie or two with a strange value, as bytes that a server would let pass."""
    luck = strange.luck
    chosen = luck.sample(COOKIES, k=luck.choice([0, 0, 0, 0, 0, 0, 1, 2]))
    pairs = [f"{name}={strange.text()}".replace("\r", "").replace("\n", "") for name in chosen]
    text = "; ".join(pairs).encode(errors="surrogatepass").decode("latin-1")
    return {"Cookie": text} if text else {}


def _plain_request(
    door: str,
    visitor: Visitor,
    town: Town,
    strange: Strange,
    forms: Mapping[str, list[dict[str, str]]],
) -> Request:
    luck, url = strange.luck, _address(door, town, strange)
    names = sorted({*QUERY, *forms[FILTERS][0]})
    query = [(luck.choice(names), strange.text()) for _ in range(luck.choice([0, 0, 1, 2]))]
    url += f"?{_encoded(query)}" if query else ""
    if door in BODIES and luck.random() < 0.9:
        method = luck.choice(["POST", "POST", "POST", "DELETE"]) if door == "track_push" else "POST"
        body = strange.put_somewhere(BODIES[door])
        return method, url, body, "application/json", _signed(door, visitor, town, body, strange)
    # Most pages without a form only answer GET; what has one, or is no page, is mostly sent to.
    if luck.random() < (0.2 if door in forms else 0.9):
        return "GET", url, b"", "", _bearer(visitor)
    fields = _fields(luck.choice(forms.get(door) or [{}]), forms, strange)
    kind = "application/x-www-form-urlencoded"
    return "POST", url, _encoded(fields).encode(), kind, _bearer(visitor)


def _address(door: str, town: Town, strange: Strange) -> str:
    """The address of a row that is there; at times another text in the place of its name."""
    url = address(door, town.rows)
    if "<" in template(door) and strange.luck.random() < 0.15:
        *before, _, last = url.rstrip("/").split("/")
        text = quote(strange.text().replace("/", "")[:200], errors="surrogatepass", safe="")
        return "/".join([*before, text, last, ""])
    return url


def _fields(
    known: dict[str, str], forms: Mapping[str, list[dict[str, str]]], strange: Strange
) -> list[tuple[str, str]]:
    """A form as a person fills it in, with a few strange values, missing and unknown names."""
    luck = strange.luck
    fields = dict(known) | {"client_id": str(uuid4()), "sequence": "1"}
    for name in luck.sample(sorted(fields), k=min(len(fields), luck.choice([0, 1, 1, 2, 3]))):
        fields[name] = strange.text()
    if luck.random() < 0.2:
        every = sorted({name for sent in forms.values() for form in sent for name in form})
        fields[luck.choice(every)] = strange.text()
    pairs = [*fields.items()]
    if pairs and luck.random() < 0.1:
        pairs.append((luck.choice(pairs)[0], strange.text()))
    return pairs


def _encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, errors="surrogatepass")


def _bearer(visitor: Visitor) -> dict[str, str]:
    return {"Authorization": f"Bearer {visitor.side.key}"} if visitor.side else {}


def _signed(
    door: str, visitor: Visitor, town: Town, body: bytes, strange: Strange
) -> dict[str, str]:
    """The headers by which a program proves who it is."""
    if door in BY_KEY:
        return _bearer(visitor)
    if door == "api_orders":
        key = strange.text().encode("ascii", "replace").decode().replace("\r", "").replace("\n", "")
        return _bearer(visitor) | {"Idempotency-Key": strange.luck.choice([str(uuid4()), key])}
    if door == "shop_hook":
        digest = b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
        return {"X-Shopify-Hmac-Sha256": digest, "X-Shopify-Topic": "orders/create"}
    if door in ("sms_report", "sms_inbound"):
        stamp = str(int(time.time()))
        signed = signature(settings.SMS_HOOK_SECRET, stamp, body)
        return {"X-Timestamp": stamp, "X-Signature": signed}
    if door == "mail_hook":
        secret = settings.ANYMAIL["WEBHOOK_SECRET"][0]
        return {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}
    return {}


def listed(knocks: Knocks) -> Iterator[str]:
    """What was tried, door by door, and every answer that should not be."""
    for door, count in sorted(knocks.tried.items()):
        yield f"{door}: {count} requests"
    yield f"answers: {json.dumps(dict(sorted(knocks.statuses.items())))}"
    yield from (f"FINDING: {finding}" for finding in knocks.findings)
