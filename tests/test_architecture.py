"""Rules of the design that the code keeps by itself."""

import ast
import inspect
import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLResolver, get_resolver
from django.utils.module_loading import import_string

from fulfillment import settings as project_settings
from notifications.states import MESSAGE_MOVES, MessageStatus
from orders import states
from orders.access import courier_path
from warehouse import states as floor

ROOT = Path(settings.BASE_DIR)
APPS = ("orders", "warehouse", "notifications")
LONGEST = 400
STATUS_WRITERS = {
    "orders/lifecycle/transitions.py",
    "notifications/delivery/claims.py",
    "notifications/delivery/settling.py",
    "notifications/delivery/unclaimed.py",
    "warehouse/printing/jobs.py",
}
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


def test_no_code_reads_a_sentence():
    """A message, an endpoint or a pause says why by a code too."""
    sentence = r"(reason|because|problem)"
    reading = [
        name_of(path)
        for path in sources(*APPS, "fulfillment", "torture")
        if re.search(
            rf"\b{sentence}(__\w*(starts|ends|contains|exact)|\.starts|\.ends|\s+(NOT\s+)?I?LIKE\b)",
            path.read_text(),
        )
    ]
    assert reading == []


def test_nothing_asks_whether_it_is_under_test():
    asking = [
        name_of(path)
        for path in sources(*APPS, "fulfillment")
        if re.search(r"PYTEST_|sys\.modules|\bTESTING\b|ALWAYS_EAGER", path.read_text())
    ]
    assert asking == []


def callbacks(patterns):
    """What answers each address of ours; the admin's own pages are left out."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            # The operator, who alone may enter the admin, sees the rows of every tenant.
            if pattern.app_name != "admin":
                yield from callbacks(pattern.url_patterns)
        else:
            yield inspect.unwrap(getattr(pattern.callback, "view_class", pattern.callback))


def views():
    """Every file that an address leads to, and what lies beside it in a folder of views."""
    modules = {callback.__module__ for callback in callbacks(get_resolver().url_patterns)}
    files = {ROOT / f"{module.replace('.', '/')}.py" for module in modules}
    ours = {file for file in files if file.exists()}
    beside = {other for file in ours for other in file.parent.glob("*.py")}
    return sorted(ours | {file for file in beside if {"views", "api"} & {*file.parts}})


UNBOUND = re.compile(
    # Order.objects without .visible_to(viewer), and what goes around it.
    r"\b[A-Z]\w+\.objects\b(?!\s*\.visible_to\()"
    r"|\b[A-Z]\w+\._(?:base|default)_manager\b"
    r"|\bget_(?:object|list)_or_404\(\s*[A-Z]\w+\s*,"
)
# Why a view may ask without the viewer.
WITHOUT_VIEWER = {
    "fulfillment/tracking/views/brand.py: MessageSettings.objects": "a colour is public",
    "fulfillment/dashboard/views/messages/dry_run.py: Message.objects": "none() has no rows",
    "orders/intake/views.py: SalesChannel.objects": "the signature proves the caller",
}


def test_views_reach_rows_through_the_viewer():
    """`Model.objects` in a view or the API is followed by `.visible_to(`, or a token found it."""
    loose = {
        f"{name_of(path)}: {' '.join(found.group(0).split())}"
        for path in views()
        for found in UNBOUND.finditer(path.read_text())
    }
    assert loose == WITHOUT_VIEWER.keys()


def test_every_room_with_addresses_is_looked_at():
    """The rule above reads what addresses lead to, wherever it lies."""
    rooms = {name_of(path).rpartition("/")[0] for path in views()}
    assert rooms >= {
        *("fulfillment", "fulfillment/api", "fulfillment/demo", "fulfillment/dashboard/views"),
        *("fulfillment/dashboard/views/messages", "fulfillment/tracking/views"),
        *("notifications/reports/views", "orders/intake", "warehouse/couriers/views"),
        *("warehouse/documents", "warehouse/floor/views", "warehouse/returns", "warehouse/stock"),
    }


@pytest.mark.parametrize(
    ("text", "is_loose"),
    [
        ("Order.objects.visible_to(request.viewer)", False),
        ("Order.objects\n        .visible_to(viewer)", False),
        ("Order.objects.filter(pk=pk)", True),
        ("Order._base_manager.all()", True),
        ("get_object_or_404(Order, pk=pk)", True),
        ("get_object_or_404(Order.objects.visible_to(viewer), pk=pk)", False),
    ],
)
def test_the_tenant_rule_sees_what_goes_around_the_viewer(text, is_loose):
    assert bool(UNBOUND.search(text)) is is_loose


@pytest.mark.parametrize(
    ("status", "moves", "first"),
    [
        (states.ShipmentStatus, states.SHIPMENT_MOVES, {"planned"}),
        (states.PackageStatus, states.PACKAGE_MOVES, {"packing"}),
        (states.ReturnStatus, states.RETURN_MOVES, {"requested"}),
        (floor.PickListStatus, floor.PICK_LIST_MOVES, {"open"}),
        (floor.RunStatus, floor.RUN_MOVES, {"planned"}),
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
            if not hasattr(model, "COURIER_PATH"):
                continue
            for steps in (model.SELLER_PATH, model.WAREHOUSE_PATH, courier_path(model)):
                if steps and steps != "pk":
                    model._base_manager.filter(**{f"{steps}__in": []})


def test_constraints_read_as_rules():
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            for constraint in model._meta.constraints:
                assert constraint.name.count("_") >= 2, constraint.name


def texts(value):
    """Every text in a setting, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from texts(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from texts(part)


DOTTED_PATH = re.compile(rf"({'|'.join((*APPS, 'fulfillment'))})(\.[A-Za-z_]\w*)+")


def dotted_paths():
    return [
        (name, text)
        for name in dir(project_settings)
        if name.isupper()
        for text in sorted(texts(getattr(project_settings, name)))
        if DOTTED_PATH.fullmatch(text)
    ]


@pytest.mark.parametrize(("name", "path"), dotted_paths())
def test_what_the_settings_name_by_path_is_there(name, path):
    if re.fullmatch(r"[a-z]+\.[A-Z]\w+", path):  # a model, as Django names it
        assert apps.get_model(path)
    elif find_spec_of(path):
        assert import_module(path)
    else:
        assert import_string(path) is not None


def find_spec_of(path):
    """The module of this path, if it is one; a function has none."""
    try:
        return find_spec(path)
    except ModuleNotFoundError:
        return None


def test_the_seams_are_among_what_the_settings_name_by_path():
    named = {name for name, _ in dotted_paths()}
    assert named >= {
        *("EVENT_SUBSCRIBERS", "EVENT_STATEMENTS", "INTAKE_ROWS", "INTAKE_STATEMENTS"),
        *("WAKE_UPS", "WAKE_UP_RESTS"),
        *("CELERY_BEAT_SCHEDULE", "MIDDLEWARE", "ROOT_URLCONF", "REST_FRAMEWORK", "LOGGING"),
    }


def test_functions_and_tasks_of_the_seams_are_what_they_should_be():
    statements = ("EVENT_STATEMENTS", "INTAKE_STATEMENTS")
    for setting in ("EVENT_SUBSCRIBERS", "INTAKE_ROWS", *statements):
        for path in getattr(settings, setting):
            assert callable(import_string(path)), path
    for path in settings.INTAKE_STATEMENTS.values():
        assert callable(import_string(path)), path
    assert callable(import_string(settings.OUTSIDE_WAITS))
    scheduled = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    for task in (*settings.WAKE_UPS, *settings.WAKE_UP_RESTS, *scheduled):
        assert import_string(task).name == task


def test_no_browser_test_looks_before_the_page_has_come():
    """`is_visible()` answers at once, before a click's page is there: `expect` waits for it."""
    hasty = [
        f"{name_of(path)}:{number}"
        for path in sources("tests")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"assert .*(\.is_visible\(\)|\bpage\.url ==)", line)
    ]
    assert hasty == []


# Caches with a key, which must be bounded: by a number of small entries (lru_cache), or, where the
# keys are texts, by their bytes (TextCache). These have few keys, for all come from our own code.
FEW_KEYS = {
    "fulfillment/database/compiler.py:_is_as_given",
    "fulfillment/serving/replica.py:_replica_at",
    "fulfillment/spoken/tags.py:_address",
    "fulfillment/spoken/tags.py:_country_options",
    "fulfillment/spoken/tags.py:_as_data",
    "fulfillment/spoken/tags.py:_head",
    "fulfillment/tracking/queries.py:_shown_of",
    "fulfillment/tracking/views/language.py:_usual_choice",
    "notifications/languages/texts.py:_loaded",
    "orders/events/broker.py:broker_of",
    "orders/intake/statement.py:_names",
    "orders/intake/statement.py:_sql",
    "orders/intake/statement.py:_written",
    "orders/lifecycle/transitions.py:_locked",
    "orders/models/base.py:_defaults",
    "orders/prepared.py:_insertion",
    "orders/prepared.py:_updating",
    "orders/statements.py:_lists",
    "orders/statements.py:_with_ones",
    "orders/values/places.py:countries",
    "orders/words/catalogue.py:_read",
    "orders/words/retelling.py:_shapes",
    "orders/words/tags.py:_spoken",
    "warehouse/floor/claiming.py:_either",
}
SMALL_KEYS = {
    "fulfillment/api/authentication.py:_channel_of",
    "fulfillment/api/authentication.py:_viewer_of",
    "fulfillment/serving/clients.py:address_in",
    "fulfillment/serving/clients.py:network_of",
    "fulfillment/spoken/jinja.py:_url",
    "fulfillment/tracking/compiled.py:checked_at",
    "fulfillment/tracking/compiled.py:mail_link",
    "fulfillment/tracking/languages/filling.py:_locale",
    "fulfillment/tracking/languages/filling.py:dated",
    "fulfillment/tracking/compiled.py:_part",
    "fulfillment/tracking/compiled.py:_steps",
    "notifications/channels/vapid.py:_public",
    "notifications/channels/vapid.py:_signer",
    "notifications/colours.py:ink_on",
    "notifications/editor/offered.py:_samples",
    "notifications/editor/offered.py:_written_by_us",
    "notifications/editor/said/__init__.py:patterns",
    "notifications/languages/__init__.py:spoken",
    "notifications/editor/said/__init__.py:quote",
    "notifications/words/wording.py:_locale",
    "notifications/words/wording.py:_minute",
    "notifications/words/wording.py:_range",
    "notifications/words/wording.py:day",
    "orders/keys.py:_keyed",
    "orders/services/calendar.py:_holidays",
    "orders/promises/working_days.py:arrival_span",
    "orders/services/calendar.py:is_working_day",
    "orders/services/reach.py:_own_couriers",
    "orders/values/postal.py:_rules",
    "orders/values/postcodes.py:_limits",
    "orders/words/writing.py:_day_written",
    "orders/zones.py:zone_of",
}


def test_every_cache_is_bounded():
    found = {"cache": set(), "lru_cache": set()}
    for path in sources(*APPS, "fulfillment"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and node.args.args + node.args.kwonlyargs:
                for decorator in node.decorator_list:
                    name = ast.unparse(decorator).partition("(")[0].rpartition(".")[2]
                    if name in found:
                        found[name].add(f"{name_of(path)}:{node.name}")
    assert found == {"cache": FEW_KEYS, "lru_cache": SMALL_KEYS}
