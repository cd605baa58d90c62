"""`/api/v1/routing-rules/`: what new orders get by themselves."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from msgspec import Meta

from fulfillment.api.operations import Moment, Operation
from fulfillment.api.rows import Next, Query, RowList, columns_of
from orders.access import Scope, Viewer
from orders.models import RoutingRule
from orders.states import ShippingRule


class Rule(msgspec.Struct):
    """A rule: conditions, which must all hold, and what it does; what is empty asks nothing."""

    id: UUID
    name: str
    position: Annotated[int, Meta(description="Lower goes first.")]
    is_active: bool
    countries: list[str]
    postcodes: Annotated[list[str], Meta(description="How a postcode begins.")]
    channel: str | None
    sku: Annotated[str | None, Meta(description="Of a product that the order has.")]
    currency: str
    value_from: Annotated[int | None, Meta(description="In minor units of the currency.")]
    value_to: int | None
    units_from: int | None
    units_to: int | None
    is_gift: bool | None
    has_note: bool | None
    priority: int | None
    ships_as: ShippingRule | None
    hold: Annotated[str, Meta(description="Why it holds the order; empty: it does not.")]
    created_at: Moment


class RulePage(msgspec.Struct):
    """A page of rules, the newest first; they apply by `position`."""

    rules: list[Rule]
    next: Next


class RuleList(RowList):
    """`GET`: a page of routing rules."""

    tag = "Orders"
    scopes = {"GET": Scope.READ}
    operations = {
        "GET": Operation(
            "listRoutingRules",
            "List routing rules",
            {200: RulePage},
            text="Of `priority`, `ships_as` and `hold` each, the first rule that has it and fits "
            "decides. They are made under Settings.",
            query=Query,
        )
    }

    def select(self, viewer: Viewer, wanted: Query) -> QuerySet[Any]:
        rows = RoutingRule.objects.visible_to(viewer).filter(deleted_at__isnull=True)
        return rows.select_related("channel", "product")

    def describe(self, row: RoutingRule) -> Rule:
        rule: Any = row
        rule.sku = row.product.sku if row.product else None
        names = columns_of(Rule, rule)
        names |= {"channel": row.channel.name if row.channel else None}
        names |= {"ships_as": ShippingRule(row.ships_as) if row.ships_as else None}
        return Rule(**names)
