"""The former version's web and workers beside this one's tables: nothing is lost or said twice.

At the end the upgraded database is compared with one that begins now, by squashed migrations.
"""

import subprocess
import sys

import pytest

from fulfillment.embedded.environment import BASE_DIR
from tests.support.databases import dump_tables

pytestmark = pytest.mark.slow


# The last version that was delivered; script/drill upgrade begins with one of long ago.
DELIVERED = "94afa53671"


def here():
    """The version before this one; where the clone is shallow, the oldest commit that it has."""
    git = ["git", "-C", str(BASE_DIR)]
    if subprocess.run([*git, "cat-file", "-e", DELIVERED], check=False).returncode == 0:
        return DELIVERED
    oldest = subprocess.run(
        [*git, "rev-list", "--max-parents=0", "HEAD"], capture_output=True, text=True, check=True
    )
    return oldest.stdout.split()[0]


# Enough for every step to have orders in it; script/drill upgrade sends 12 a second for 20 s.
FEW = ("--seconds", "2", "--rate", "4")


def test_an_upgrade_under_load_loses_nothing(tmp_path):
    few = [*FEW, *dump_tables(tmp_path / "tables.sql")]  # of a database that this run has made
    done = subprocess.run(
        [sys.executable, "-m", "torture.drills.upgrade", "--from", here(), *few],
        cwd=BASE_DIR, capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("0 findings\n")
    assert "orders lost: 0" in done.stdout
    assert "differences from a database made now: []" in done.stdout
