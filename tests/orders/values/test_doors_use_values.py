"""Whoever takes something from outside takes it by its type, and its column has the same bounds."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, DateField, GeneratedField

ROOT = Path(__file__).parents[3]
APPS = ("orders", "warehouse", "notifications", "fulfillment")
# Field of Django -> the one of ours that has bounds.
BOUND = {"DateField": "DayField", "DateTimeField": "MomentField"}
# Moments that only our own clock sets, and days that are counted from them.
OURS = {
    "ApiKey": {"created_at", "last_used_at", "revoked_at"},
    "Order": {"created_at"},
    "Promise": {
        "made_at", "warned_at", "done_at", "kept_at", "revised_at", "broken_at", "released_at",
    },
    "Hold": {"opened_at", "released_at"},
    "Shipment": {"created_at", "will_miss_since"},
    "Package": {"handed_over_at", "delivered_at", "created_at"},
    "Stock": {"closed_at"},
    "Lot": {"blocked_at"},
    "Run": {"created_at"},
    "Stop": {"finished_at"},
    "Inbound": {"announced_at", "closed_at", "settled_at"},
    "Warehouse": {"closed_at"},
    "Wish": {"made_at", "ended_at"},
    "Receipt": {"received_at", "set_aside_at"},
}  # fmt: skip
# Models none of whose moments comes from outside.
ALL_OURS = {
    "AccountMail", "Attempt", "Badge", "BadgeDevice", "BulkJob", "Call", "Cart", "Carton",
    "ChannelCircuit", "Correction", "CountTask", "DeadLetter", "Delivery", "Discrepancy",
    "DeliveryAttempt", "Device", "Endpoint", "Event", "EventEpoch", "IdempotencyKey", "Import",
    "ImportMapping", "InboundDamage", "InboundText", "Installation", "Invitation", "LabelRequest",
    "Location",
    "MailStop", "Manifest", "ManyReturns", "MatterMark", "Message", "MessageCount", "OrderChange",
    "OrderView", "PackedSerial", "PutWall",
    "PickList", "PrintJob", "Printer", "NumberFact", "NumbersPlace", "PickupPoint", "Picture",
    "Preference", "Problem",
    "Product", "PromiseCount", "Push", "PushSubscription", "ReplenishTask",
    "Refund", "Repair", "Return", "ReturnLabel", "ReturnReason", "ReturnRule", "ReturnedSerial",
    "RoutingRule",
    "SalesChannel", "Scan",
    "Seller", "SellerApplication", "SellerWarehouse", "SendingDomain",
    "SentCopy", "Service", "ShopLink",
    "ShopOrder", "SkuAlias", "SmsStop",
    "StockMovement", "Suppression", "TextVersion", "ToldStock", "User", "Wave", "Worker",
}  # fmt: skip


def sources():
    for name in APPS:
        for path in sorted((ROOT / name).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ast.parse(path.read_text())


def test_forms_take_days_and_moments_by_the_bound_fields():
    loose = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.attr}: use {BOUND[node.attr]}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in BOUND
        and isinstance(node.value, ast.Name)
        and node.value.id == "forms"
        and path.name != "form_fields.py"
    ]
    assert loose == []


def test_numbers_in_forms_have_both_bounds():
    loose = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "IntegerField"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "forms"
        and not {"min_value", "max_value"} <= {word.arg for word in node.keywords}
    ]
    assert loose == []


def test_no_row_is_looked_up_by_an_id_that_was_not_read():
    """`get_object_or_404(rows, pk=request.POST[...])` is a 500 for every text that is no id."""
    loose = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg
        and node.arg.split("__")[-1] in ("pk", "id")
        and any(
            isinstance(inner, ast.Attribute) and inner.attr in ("POST", "GET")
            for inner in ast.walk(node.value)
        )
        and not any(
            isinstance(inner, ast.Call) and getattr(inner.func, "id", "") == "id_of"
            for inner in ast.walk(node.value)
        )
    ]
    assert loose == []


MODELS = [model for name in APPS[:3] for model in apps.get_app_config(name).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_moment_from_outside_is_bound_by_its_column(model):
    rules = [rule for rule in model._meta.constraints if isinstance(rule, CheckConstraint)]
    bound = {name for rule in rules for name in _bound(rule.condition)}
    moments = {
        field.name
        for field in model._meta.local_concrete_fields
        if isinstance(field, DateField) and not isinstance(field, GeneratedField)
    }

    advice = "bind what comes from outside by `moments` or `days`; name what our clock sets in OURS"
    if model.__name__ in ALL_OURS:
        assert not bound, advice
    else:
        assert moments - bound == OURS.get(model.__name__, set()), advice


def _bound(condition):
    """The columns that a condition keeps below a constant."""
    for part in getattr(condition, "children", ()):
        if isinstance(part, tuple):
            name, _, how = part[0].rpartition("__")
            if how == "lt":
                yield name
        else:
            yield from _bound(part)
