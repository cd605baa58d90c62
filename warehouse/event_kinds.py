"""The kinds of events that only the warehouse records: of stock, walks and tours."""

from orders.event_kinds import EventKind

KINDS = (
    EventKind("stock.received", concerns_supply=True),
    EventKind("stock.ran_short", concerns_supply=True),
    EventKind("pick_list.done"),
    EventKind("run.planned"),
    EventKind("run.started"),
    EventKind("run.finished", is_undoable=True),
)
