"""The documents name only what is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from fulfillment.observability.metrics import GAUGES, OF_REPLICA
from tests.servers.test_settings_table import table

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md"]
DOCUMENTS.append("docs/operations.md")
# `a/path.py`, `a/folder/` or `script/name`, in code marks.
PATHS = re.compile(r"`((?:\.?[\w*-]+/)+[\w*-]*(?:\.\w+)?)`")
# Addresses of pages, what a run makes and a shop's topics are no files of the tree.
NO_FILES = re.compile(
    r"^(var|api|hooks|track|dev|accounts)/|^(orders|refunds)/(create|updated|paid|cancelled)$"
)
# A path may begin inside an app: `kinds/record.py`.
FOLDERS = ["", "fulfillment/", "orders/", "warehouse/", "notifications/"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_files_that_exist(document: str) -> None:
    named = set(PATHS.findall((ROOT / document).read_text()))
    assert sorted(path for path in named if not NO_FILES.match(path) and not _exists(path)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_commands_that_exist(document: str) -> None:
    named = set(re.findall(r"manage\.py (\w+)", (ROOT / document).read_text()))
    assert named - get_commands().keys() == set()


def test_operators_are_told_of_figures_and_settings_that_exist() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    watched = re.search(r"\| Figure (.*?)\n\n", text, re.DOTALL)
    assert watched is not None
    figures = set(re.findall(r"^\| `(\w+)`", watched[1], re.MULTILINE))
    assert figures - GAUGES.keys() == OF_REPLICA.keys()
    assert GAUGES.keys() - figures == {"messages_waiting", "orders_to_allocate", "webhooks_waiting"}
    settings_named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", text))
    assert settings_named - table().keys() == set()


def _exists(path: str) -> bool:
    return any(any(ROOT.glob(f"{folder}{path.rstrip('/')}")) for folder in FOLDERS)
