"""Rules of the design that the code keeps by itself."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from notifications.states import MESSAGE_MOVES, MessageStatus
from orders import states

ROOT = Path(settings.BASE_DIR)
APPS = ("orders", "warehouse", "notifications")
LONGEST = 400
STATUS_WRITERS = {"orders/lifecycle/transitions.py", "notifications/delivery/claims.py"}
# The intake states the first status of an order in its one statement, from the same table.
FIRST_STATUS = {"orders/intake/statement.py", "orders/intake/rows.py"}


def sources(*folders):
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


@cache
def tree(path):
    return ast.parse(path.read_text())


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_long():
    long = {
        name_of(path): lines
        for path in sources(*APPS, "fulfillment", "benchmarks", "torture", "mutants", "tests")
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_every_module_says_what_it_is_for():
    silent = [
        name_of(path)
        for path in sources(*APPS, "fulfillment", "benchmarks", "torture", "mutants", "tests")
        if path.read_text().strip() and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_only_the_transitions_assign_a_status():
    writers = {
        name_of(path)
        for path in sources(*APPS, "fulfillment")
        for node in ast.walk(tree(path))
        if _assigns_status(node)
    }
    assert writers <= STATUS_WRITERS


def _assigns_status(node):
    """`x.status = …`, `.update(status=…)` on rows, or an UPDATE … SET status in SQL."""
    if isinstance(node, ast.Assign):
        return any(isinstance(to, ast.Attribute) and to.attr == "status" for to in node.targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        named = {keyword.arg for keyword in node.keywords}
        return node.func.attr in {"update", "bulk_update"} and "status" in named
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(re.search(r"\bUPDATE\b[^;]*\bSET\b[^;]*\bstatus\s*=", node.value))
    return False


def test_no_model_signals():
    users = [
        name_of(path)
        for path in sources(*APPS, "fulfillment")
        if re.search(r"django\.db\.models\.signals|@receiver", path.read_text())
    ]
    assert users == []


def test_no_task_waits_in_the_broker():
    waiting = [
        name_of(path)
        for path in sources(*APPS, "fulfillment")
        if re.search(r"\b(eta|countdown)=|self\.retry\(|apply_async\(", path.read_text())
    ]
    assert waiting == []


def test_nothing_asks_whether_it_is_under_test():
    asking = [
        name_of(path)
        for path in sources(*APPS, "fulfillment")
        if re.search(r"PYTEST_|sys\.modules|\bTESTING\b|ALWAYS_EAGER", path.read_text())
    ]
    assert asking == []


def views():
    """Every module that answers requests: `views.py`, or a module of a folder `views` or `api`."""
    return [
        path
        for path in sources(*APPS, "fulfillment")
        if path.name == "views.py" or {"views", "api"} & set(path.relative_to(ROOT).parts[:-1])
    ]


def test_views_reach_rows_through_the_viewer():
    """`Model.objects` in a view or the API is followed by `.visible_to(`, or a token found it."""
    loose = []
    for path in views():
        for found in re.finditer(r"\b([A-Z]\w+)\.objects(?!\s*\.visible_to\()", path.read_text()):
            loose.append(f"{name_of(path)}: {found.group(0)}")
    known = {
        # The colour of a shop's pages is public, and a dry run of nothing has no rows.
        "fulfillment/tracking/views/brand.py: MessageSettings.objects",
        "fulfillment/dashboard/views/messages/dry_run.py: Message.objects",
        # Signing in asks for the user, not for a row of a tenant.
        "orders/accounts/sign_in.py: User.objects",
        # The address names the channel, and the signature proves the caller.
        "orders/intake/views.py: SalesChannel.objects",
    }
    assert set(loose) <= known


@pytest.mark.parametrize(
    ("status", "moves", "first"),
    [
        (states.ShipmentStatus, states.SHIPMENT_MOVES, {"planned"}),
        (states.PackageStatus, states.PACKAGE_MOVES, {"packing"}),
        (states.ReturnStatus, states.RETURN_MOVES, {"requested"}),
        (states.PickListStatus, states.PICK_LIST_MOVES, {"open"}),
        (states.RunStatus, states.RUN_MOVES, {"planned"}),
        (MessageStatus, MESSAGE_MOVES, {"planned"}),
    ],
)
def test_every_status_is_reachable(status, moves, first):
    reached, new = set(), set(first)
    while new:
        reached |= new
        new = {to for have in new for to in moves[have]} - reached
    assert reached == set(status.values)
    assert set(moves) == set(status.values)


def test_every_model_says_what_a_row_is():
    ours = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    generated = re.compile(r"^\w+\(.*\)$", re.DOTALL)
    named_by_us = [model for model in ours if not model._meta.auto_created]
    assert [m.__name__ for m in named_by_us if generated.match(m.__doc__ or "()")] == []


def test_every_model_has_paths_of_the_tenant_filter():
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for path in ("SELLER_PATH", "WAREHOUSE_PATH", "COURIER_PATH"):
                steps = getattr(model, path, None)
                if steps and steps != "pk":
                    model._base_manager.filter(**{f"{steps}__in": []})


def test_constraints_read_as_rules():
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for constraint in model._meta.constraints:
                assert constraint.name.count("_") >= 2, constraint.name


def test_the_lists_of_the_seams_name_real_functions():
    for setting in ("EVENT_SUBSCRIBERS", "INTAKE_ROWS", "INTAKE_STATEMENTS"):
        for path in getattr(settings, setting):
            assert callable(import_string(path))
    for task in settings.WAKE_UPS:
        assert import_string(task).name == task
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert import_string(entry["task"]).name == entry["task"]
