"""A new shop and a new carrier are one file and one line each: shown in a copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow

ROOT = Path(settings.BASE_DIR)
NOT_COPIED = (".git", ".venv", "var", "node_modules", ".*_cache", "*.png", "*.pyc.*")
# Nothing that names the servers of this run, nor this run's place among its workers.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "POSTGRES_BIN", "VALKEY_BIN")
# What knows all shops and carriers must be content with new ones.
KEPT_TESTS = ("tests/orders/test_carriers.py", "tests/orders/test_shops.py")

SHOP = '''"""Orders of Bazaar: JSON with a signature in hexadecimal digits."""

import hmac
from datetime import UTC, datetime

from orders.shops.base import IncomingLine, IncomingOrder, OrderReport, Payload
from orders.shops.reading import decode


class Bazaar:
    """One call an order; the header `X-Bazaar-Signature` holds the HMAC-SHA256 of the body."""

    name = "Bazaar"
    topic_header = "x-bazaar-topic"

    def verify(self, payload: Payload, secret: str) -> bool:
        wanted = hmac.new(secret.encode(), payload.body, "sha256").hexdigest()
        return hmac.compare_digest(wanted, payload.headers.get("x-bazaar-signature", ""))

    def read(self, payload: Payload) -> OrderReport:
        order = decode(payload.body)
        incoming = IncomingOrder(
            reference=order["id"],
            number=order["id"],
            placed_at=datetime.fromisoformat(order["at"]).astimezone(UTC),
            lines=[IncomingLine(row["sku"], row["sku"], row["units"]) for row in order["lines"]],
            customer_name=order["name"],
            street=order["street"],
            postcode=order["postcode"],
            city=order["city"],
            country=order["country"],
        )
        return OrderReport(incoming, incoming.placed_at, lines={})
'''
CARRIER = '''"""Parcels of Swift, whose numbers begin with SW."""

from collections.abc import Mapping

from orders.carriers.base import Label, Parcel
from orders.states import PackageStatus


class Swift:
    """Numbers are made of the number of the box."""

    name = "Swift"
    words: Mapping[str, PackageStatus] = {"done": PackageStatus.DELIVERED}

    def label(self, parcel: Parcel, *, seconds: float) -> Label:
        return Label(parcel.key, "SW" + "".join(filter(str.isalnum, parcel.number)))

    def void(self, label: Label, *, seconds: float) -> None:
        return None

    def recognises(self, text: str) -> bool:
        return text.startswith("SW")
'''
STORY = '''"""An order comes through the new shop and leaves with the new carrier."""

import hmac
import json

import pytest
from django.core.management import call_command
from django.test import Client

from orders.accounts.connections import save_secret, open_channel
from orders.intake.calls import work_off_calls
from orders.lifecycle.labelling import label_packages
from orders.models import Order, Package
from tests.support.stages import open_house, picked
from warehouse.documents.label import package_label
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit


@pytest.mark.django_db
def test_an_order_comes_and_leaves():
    house = open_house()
    owner = house.ada.owner
    channel = open_channel(house.ada.seller, kind="bazaar", name="Stall", actor=owner)
    channel = save_secret(channel, secret="hush", actor=owner)
    order = {"id": "77", "at": "2026-11-20T10:00:00+01:00", "lines": [{"sku": "LAMP", "units": 1}],
             "name": "Grace", "street": "Am Markt 1", "postcode": "10117", "city": "Berlin",
             "country": "DE"}
    body = json.dumps(order).encode()
    signature = hmac.new(b"hush", body, "sha256").hexdigest()

    answer = Client().post(
        f"/hooks/shops/{channel.pk}/", body, content_type="application/json",
        headers={"X-Bazaar-Signature": signature},
    )
    assert answer.json()["status"] == "kept"
    assert work_off_calls() == 1
    shipment = picked(house, Order.objects.get(number="77"))
    close_package(pack_unit(shipment, code="LAMP", actor=house.pat), actor=house.pat)
    label_packages(shipment, carrier="swift", actor=house.pat)
    assert package_label(Package.objects.get()).startswith(b"%PDF")
    mark_ready(shipment, actor=house.pat)
    hand_over(shipment.packages.all(), actor=house.pat)

    box = Package.objects.get()
    assert (box.status, box.carrier, box.tracking_number) == ("handed_over", "swift", "SW7711")
    browser = Client()
    browser.force_login(owner)
    assert "Bazaar" in browser.get("/dashboard/settings/").content.decode()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
'''


def copy_of_the_tree(folder):
    """The sources with what is compiled, and the kept dumps of migrated databases."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
    if (kept := ROOT / "var" / "test-templates").is_dir():
        shutil.copytree(kept, folder / "var" / "test-templates")
    return folder


def add_line(registry, line):
    """One more line at the end of the registry, and nothing else."""
    rest = re.compile(r"^(ADAPTERS = \{\n.*?)^\}", re.MULTILINE | re.DOTALL)
    text, found = rest.subn(rf"\1    {line}\n}}", registry.read_text())
    assert found == 1
    registry.write_text(text)


def run(tree, *command):
    """A program in the copy; what it said where it fails."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    kept["PATH"] = f"{Path(sys.executable).parent}:{kept['PATH']}"
    done = subprocess.run(
        command, cwd=tree, env=kept, check=False, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def files(tree):
    """{path: content} of what a person writes."""
    found = [path for path in tree.rglob("*") if path.is_file() and "var" not in path.parts]
    kept = [path for path in found if not {"__pycache__", ".git"} & set(path.parts)]
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in kept}


def test_a_shop_and_a_carrier_are_one_file_and_one_line_each(tmp_path):
    tree = copy_of_the_tree(tmp_path / "tree")
    before = files(tree)

    (tree / "orders/shops/bazaar.py").write_text(SHOP)
    add_line(tree / "orders/shops/__init__.py", '"bazaar": "orders.shops.bazaar.Bazaar",')
    (tree / "orders/carriers/swift.py").write_text(CARRIER)
    add_line(tree / "orders/carriers/__init__.py", '"swift": "orders.carriers.swift.Swift",')
    (tree / "tests/test_added.py").write_text(STORY)
    after = files(tree)

    assert {path for path in after if before.get(path) != after[path]} == {
        "orders/shops/__init__.py", "orders/shops/bazaar.py",
        "orders/carriers/__init__.py", "orders/carriers/swift.py",
        "tests/test_added.py",
    }  # fmt: skip
    pytest_in_copy = (sys.executable, "-m", "pytest", "-n0", "-q")
    run(tree, *pytest_in_copy, "tests/test_added.py", *KEPT_TESTS)
    run(tree, "ruff", "check", "orders")
    run(tree, "lint-imports")
