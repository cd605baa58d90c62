"""The abstract base model, and conditions of check constraints on values from outside."""

from collections.abc import Callable
from functools import cache, reduce
from operator import and_
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.base import ModelState
from django.db.models.functions import MD5, Cast

from orders.access import TenantQuerySet
from orders.keys import new_id
from orders.values.moments import FIRST, LAST


class Row(models.Model):
    """A row that belongs to a seller or a warehouse."""

    SELLER_PATH: str | None = "seller"
    WAREHOUSE_PATH: str | None = None
    COURIER_PATH: str | None = None

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True


# The id of a demo is made of that of its seller. So nobody turns a seller who is there into a demo,
# whose history may be deleted, and no seller has two.
A_DEMO_HAS_ITS_ID = models.CheckConstraint(
    name="a_demo_has_the_id_made_for_it",
    condition=Q(demo_of=None, demo_state="")
    | ~Q(demo_state="")
    & Q(demo_of__isnull=False)
    & Q(id=Cast(MD5(Cast("demo_of", models.TextField())), models.UUIDField())),
)


M = TypeVar("M", bound=models.Model)


def unsaved(model: type[M], **columns: Any) -> M:
    """An unsaved row as `model(**columns)` is, for where many are made: a fifth of its time.

    By names of columns (`seller_id`), which nobody checks.
    """
    constant, made = _defaults(model)
    row = model.__new__(model)
    row._state = ModelState()
    values = row.__dict__
    values.update(constant)
    values.update(columns)
    for name, make in made.items():
        if name not in columns:
            values[name] = make()
    return row


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """By column: the defaults that are one value, and those that are made anew for each row."""
    fields: list[Any] = [field for field in model._meta.concrete_fields if not field.generated]
    made = {
        field.attname: field.default
        for field in fields
        if field.has_default() and callable(field.default)
    }
    constant = {field.attname: field.get_default() for field in fields if field.attname not in made}
    return constant, made


def mapping(help_text: str) -> "models.JSONField[Any, Any]":
    """A setting that is a mapping, empty where nobody has said anything."""
    return models.JSONField(blank=True, default=dict, db_default={}, help_text=help_text)


def moments(*names: str) -> Q:
    """These moments are between 1970 and 9000: Python can read them in every time zone."""
    return _each(names, gte=FIRST, lt=LAST)


def days(*names: str) -> Q:
    """These days are between 1970 and 9000."""
    return _each(names, gte=FIRST.date(), lt=LAST.date())


def code(name: str, pattern: str) -> Q:
    """This text is a code of this form, or empty."""
    return Q(**{name: ""}) | Q(**{f"{name}__regex": f"^{pattern}$"})


def _each(names: tuple[str, ...], **bounds: Any) -> Q:
    """Where a column may be NULL, a check constraint lets NULL pass."""
    limits = [Q(**{f"{name}__{how}": bound}) for name in names for how, bound in bounds.items()]
    return reduce(and_, limits)
