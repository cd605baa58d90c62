"""What the pages of decisions about an order show: what may change, and why not the rest."""

from dataclasses import dataclass
from uuid import UUID

from orders.lifecycle.edit import fixed_fields
from orders.lifecycle.edit_lines import why_not_added
from orders.lifecycle.fingerprint import ADDRESS, CONTACT, CONTENTS, HANDLING, fingerprint
from orders.lifecycle.kits import as_sold, free_units
from orders.models import Order, OrderLine

MOST_LINES_SHOWN = 200
GROUPS = {"address": ADDRESS, "contact": CONTACT, "contents": CONTENTS, "handling": HANDLING}


@dataclass(frozen=True, slots=True)
class EditPage:
    """An order as the pages of decisions show it; `seen` is its fingerprint."""

    order: Order
    seen: str
    fixed: dict[str, str]  # {field: why it can no longer change}
    lines: list[OrderLine]  # those that ship; a kit in the place of its parts
    free: dict[UUID, int]  # {line id: units that may be cancelled}
    more_lines: int  # how many are not shown
    why_not_added: str

    @property
    def why(self) -> dict[str, str]:
        """{group of fields: why it can no longer change}."""
        reasons = {name: self.fixed.get(fields[0], "") for name, fields in GROUPS.items()}
        return {name: reason for name, reason in reasons.items() if reason}

    @property
    def cancellable(self) -> list[OrderLine]:
        """The lines of which units may be cancelled."""
        return [line for line in self.lines if self.free[line.pk]]


def edit_page(order: Order) -> EditPage:
    """Load what may change of an order."""
    lines = list(order.lines.select_related("product"))
    shipping = [line for line in as_sold(lines) if line.ordered]
    return EditPage(
        order=order,
        seen=fingerprint(order, lines),
        fixed=fixed_fields(order),
        lines=shipping[:MOST_LINES_SHOWN],
        free=free_units(lines),
        more_lines=len(shipping[MOST_LINES_SHOWN:]),
        why_not_added=why_not_added(order),
    )
