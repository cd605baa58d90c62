"""Event kinds of the warehouse: of stock, counts, inbounds, pick lists, runs, badges, devices."""

from orders.event_kinds import EventKind

INBOUND = "Inbound"

KINDS = (
    EventKind("stock.received", concerns_supply=True, is_undoable=True),
    EventKind("stock.ran_short", concerns_supply=True),
    EventKind("stock.counted", concerns_supply=True),
    EventKind("stock.adjusted", concerns_supply=True),
    EventKind("stock.moved", concerns_supply=True),
    EventKind("stock.put_away", concerns_supply=True, is_undoable=True),
    EventKind("count.planned"),
    EventKind("count.again"),
    EventKind("count.done", concerns_supply=True),
    EventKind("correction.waiting"),
    EventKind("correction.posted"),
    EventKind("correction.refused"),
    EventKind("inbound.announced", heading=INBOUND),
    EventKind("inbound.receiving", "Receiving of {} started", heading=INBOUND),
    EventKind("inbound.damaged", "Damaged units in {}", heading=INBOUND, is_undoable=True),
    EventKind("inbound.closed", "{} received", heading=INBOUND),
    EventKind("inbound.cancelled", heading=INBOUND),
    EventKind("inbound.settled", "Differences of {} seen"),
    EventKind("pick_list.done"),
    EventKind("pick_list.put_back", history="Units of {} to be put back"),
    EventKind("run.planned"),
    EventKind("run.changed"),
    EventKind("run.started"),
    EventKind("run.finished", is_undoable=True),
    EventKind("run.cancelled"),
    EventKind("badge.issued"),
    EventKind("badge.pin_given"),
    EventKind("badge.pin_chosen"),
    EventKind("badge.locked"),
    EventKind("badge.unlocked"),
    EventKind("badge.withdrawn"),
    EventKind("device.enrolled"),
    EventKind("device.revoked"),
)
