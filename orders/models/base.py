"""The abstract base model: a UUID that sorts by time, and the paths of the tenant filter."""

from django.db import models

from orders.access import TenantQuerySet
from orders.keys import new_id


class Row(models.Model):
    """A row that belongs to a seller or a warehouse."""

    SELLER_PATH: str | None = "seller"
    WAREHOUSE_PATH: str | None = None
    COURIER_PATH: str | None = None

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True
