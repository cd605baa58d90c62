"""Payloads that nobody here wrote, read where they lie: `FULFILLMENT_REAL_DATA` names the folder.

A pytest plugin: where it is absent, tests marked `real_data` are deselected, and a line says so.
"""

import os
from pathlib import Path

import pytest

VARIABLE = "FULFILLMENT_REAL_DATA"


def real_data(path: str) -> Path:
    """A file or folder of the real data, for example `orders/shopify`."""
    return Path(os.environ[VARIABLE]) / path


def pytest_configure(config):
    config.addinivalue_line("markers", f"real_data: reads real payloads from the folder {VARIABLE}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if _is_here():
        return
    away = [item for item in items if item.get_closest_marker("real_data")]
    items[:] = [item for item in items if item not in set(away)]
    if away:
        config.hook.pytest_deselected(items=away)


def pytest_terminal_summary(terminalreporter):
    if not _is_here():
        terminalreporter.write_line(
            f"Tests marked real_data were deselected: {VARIABLE} names no folder of real payloads."
        )


def _is_here():
    return Path(os.environ.get(VARIABLE, "") or os.devnull).is_dir()
