"""The abstract base model, and conditions of check constraints on values from outside."""

from functools import reduce
from operator import and_
from typing import Any

from django.db import models
from django.db.models import Q

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
