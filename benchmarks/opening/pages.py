"""The pages of `script/bench scale`, opened in this process through the whole stack.

As a program it answers on standard output what the name of a page on standard input costs.
"""

import base64
import json
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.db import connection  # noqa: E402 - models need the set-up above
from django.db.models import QuerySet  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from fulfillment import keyset  # noqa: E402
from fulfillment.demo.seeding.names import RARE_NAME  # noqa: E402
from orders.intake.acceptance import accept_orders  # noqa: E402
from orders.models import (  # noqa: E402
    Event,
    Order,
    OrderLine,
    Package,
    Return,
    SalesChannel,
    Shipment,
    User,
)
from orders.shops.base import IncomingLine, IncomingOrder  # noqa: E402
from warehouse.stock.allocation import allocate_due  # noqa: E402

OK = 200
DEEP = 0.9  # of the rows lie before a deep page
RECENT = 0.05  # before an order whose tracking link is still valid
INTAKE, LINES = 50, 3  # orders at once, and of how many products each is
API = "/api/v1/"


@dataclass(frozen=True)
class Page:
    """An address, and who opens it."""

    client: Client
    path: str
    headers: dict[str, str]

    def open(self) -> None:
        """Ask for the page; SystemExit where it is not shown."""
        answer = self.client.get(self.path, headers=self.headers, secure=True)
        if answer.status_code != OK:
            raise SystemExit(f"{self.path} answered {answer.status_code}")


def pages(key: str) -> dict[str, Page]:
    """Every page by its name; `key` is the API key of the first seller."""
    owner, lead = (User.objects.get(email=f"{who}@seed.example") for who in ("owner-1", "lead"))
    orders = Order.objects.filter(seller__members__user=owner)
    found = {
        **{name: _signed_in(owner, path) for name, path in _dashboard(orders).items()},
        **{name: _signed_in(lead, path) for name, path in WAREHOUSE.items()},
        **{name: _signed_in(None, path) for name, path in _tracking(orders).items()},
    }
    client, headers = Client(SERVER_NAME="127.0.0.1"), {"Authorization": f"Bearer {key}"}
    for name, path in _api(orders).items():
        found[name] = Page(client, API + path, headers)
    return found


WAREHOUSE = {
    f"warehouse: {name}": f"/warehouse/{path}"
    for name, path in {
        "home": "", "packing": "pack/", "dispatch": "dispatch/", "runs": "runs/",
        "plan a run": "runs/plan/", "undelivered": "undelivered/", "returns": "returns/",
    }.items()
}  # fmt: skip


def _signed_in(user: User | None, path: str) -> Page:
    client = Client(SERVER_NAME="127.0.0.1")
    if user:
        client.force_login(user)
    return Page(client, path, {})


def _dashboard(orders: QuerySet[Order]) -> dict[str, str]:
    old = _deep(orders, "created_at")
    sku = OrderLine.objects.filter(order__in=orders.order_by("-pk")[:500]).values_list("sku")
    frequent = max({row[0] for row in sku}, key=lambda text: sum(text == row[0] for row in sku))
    searches = {
        "frequent SKU": frequent,
        "rare name": RARE_NAME,
        "common name": "Müller",
        "number": old.number,
        "e-mail": old.email,
    }
    return {
        "home": "/dashboard/",
        "orders": "/dashboard/orders/",
        "orders, deep": f"/dashboard/orders/?page={_cursor(old, 'created_at')}",
        "orders to ship": "/dashboard/orders/?status=to_ship",
        "orders delivered": "/dashboard/orders/?status=delivered",
        **{
            f"search: {what}": f"/dashboard/orders/?q={quote(text)}"
            for what, text in searches.items()
        },
        "order": f"/dashboard/orders/{old.pk}/",
        "stock": "/dashboard/stock/",
        "promises": "/dashboard/promises/",
        "promises kept": "/dashboard/promises/orders/?by=kind&of=arrives&outcome=kept",
    }


def _tracking(orders: QuerySet[Order]) -> dict[str, str]:
    recent = _deep(orders, "created_at", RECENT)
    return {"tracking": f"/track/{recent.token}/"}


def _api(orders: QuerySet[Order]) -> dict[str, str]:
    seller = orders[0].seller
    rows: dict[str, tuple[QuerySet[Any], str]] = {
        "orders": (orders, "created_at"),
        "shipments": (Shipment.objects.filter(seller=seller), "id"),
        "packages": (Package.objects.filter(seller=seller), "id"),
        "returns": (Return.objects.filter(seller=seller), "id"),
    }
    paths = {name: f"{name}/" for name in (*rows, "products", "stock", "events")}
    for name, (found, column) in rows.items():
        paths[f"{name}, deep"] = f"{name}/?after={_cursor(_deep(found, column), column)}"
    event = Event.objects.filter(order=_deep(orders, "created_at"))[0]
    place = event.transaction_id.to_bytes(8, "big") + event.pk.bytes
    paths["events, deep"] = f"events/?after={base64.urlsafe_b64encode(place).decode()}"
    return {f"API: {name}": path for name, path in paths.items()}


def _deep(rows: QuerySet[Any], column: str, depth: float = DEEP) -> Any:
    """The row behind this share of them, newest first."""
    return rows.order_by(f"-{column}")[int(rows.count() * depth)]


def _cursor(row: Any, column: str) -> str:
    return keyset.cursor_behind(row, key=column)


def cost(step: Callable[[], object]) -> float:
    """Milliseconds of CPU, here and in our PostgreSQL process; of the clock where none says."""
    step_began, here = _backend_ms(), time.thread_time()
    began = time.perf_counter()
    step()
    if step_began is None:
        return (time.perf_counter() - began) * 1000
    return (time.thread_time() - here) * 1000 + (_backend_ms() or 0) - step_began


def _backend_ms() -> float | None:
    connection.ensure_connection()
    file = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(file.read_text().split()[0]) / 1e6 if file.exists() else None


def intake(channel: SalesChannel, skus: list[str]) -> None:
    """Accept some orders, which the next measurement allocates."""
    accept_orders(channel, [_order(skus) for _ in range(INTAKE)])


def _order(skus: list[str]) -> IncomingOrder:
    number, now = f"scale-{secrets.token_hex(8)}", timezone.now()
    chosen = secrets.SystemRandom().sample(skus, LINES)
    return IncomingOrder(
        reference=number,
        number=number,
        placed_at=now,
        lines=[IncomingLine(sku, f"Product {sku}", 1, 1999) for sku in chosen],
        customer_name="Grace Hopper",
        email="grace@example.com",
        phone="+4915112345678",
        street="Unter den Linden 1",
        postcode="10117",
        city="Berlin",
        country="DE",
        language="en",
        currency="EUR",
    )


def main() -> None:
    """Measure what standard input names, one name a line."""
    found = pages(sys.argv[1])
    channel = SalesChannel.objects.select_related("seller__warehouse").order_by("pk")[0]
    skus = list(channel.seller.products.order_by("pk").values_list("sku", flat=True)[20:60])
    steps: dict[str, Callable[[], object]] = {name: page.open for name, page in found.items()}
    steps["intake of 50"] = partial(intake, channel, skus)
    steps["allocation of 50"] = allocate_due
    print(json.dumps(list(steps)), flush=True)
    for line in sys.stdin:
        print(json.dumps(cost(steps[line.strip()])), flush=True)


if __name__ == "__main__":
    main()
