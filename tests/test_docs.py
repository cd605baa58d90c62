"""The documents name only what is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md"]
# `a/path.py`, `a/folder/` or `script/name`, in code marks.
PATHS = re.compile(r"`((?:\.?[\w*-]+/)+[\w*-]*(?:\.\w+)?)`")
# Addresses of pages, what a run makes and a shop's topics are no files of the tree.
NO_FILES = re.compile(r"^(var|api|hooks|track|dev|accounts)/|^orders/create$")
# A path may begin inside an app: `kinds/record.py`.
FOLDERS = ["", "fulfillment/", "orders/", "warehouse/", "notifications/"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_files_that_exist(document: str) -> None:
    named = set(PATHS.findall((ROOT / document).read_text()))
    assert sorted(path for path in named if not NO_FILES.match(path) and not _exists(path)) == []


def _exists(path: str) -> bool:
    return any(any(ROOT.glob(f"{folder}{path.rstrip('/')}")) for folder in FOLDERS)
