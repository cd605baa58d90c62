"""Where the apps meet, and which tasks look for work when."""

from fulfillment.settings.env import env_int

# What happens when something happened: architecture in one list each

EVENT_SUBSCRIBERS = [
    "warehouse.stock.subscriber.on_events",
    "notifications.planning.subscriber.on_events",
    "notifications.webhooks.planning.on_events",
    # Last: what it records of promises follows the fact.
    "orders.promises.subscriber.on_events",
]
# Where the courier of a row is found, for rows of an app that knows no couriers.
COURIER_PATHS = {"orders.Package": "stops__run__courier"}
# Rows that a new order brings beside its own; written in the one statement of the intake.
INTAKE_ROWS = ["notifications.planning.subscriber.rows_for_intake"]
# SQL of further inserts that join its events and orders: (name of events, name of orders) -> text.
INTAKE_STATEMENTS = ["notifications.webhooks.planning.statement_for_intake"]
# The lists of the kinds of events, one an app: what is on none of them cannot be recorded.
EVENT_KINDS = [
    "orders.event_kinds.KINDS",
    "warehouse.event_kinds.KINDS",
    "notifications.event_kinds.KINDS",
]
# Which background task looks for work after which events: the name of a field of EventKind that is
# true of them, "*" for any.
WAKE_UPS = {
    "notifications.tasks.send_due": "*",
    "notifications.tasks.send_webhooks": "*",
    "warehouse.tasks.allocate_due": "concerns_supply",
}
# In a rush a task whose work is cheaper together rests some seconds between two wake-ups; the sweep finds the rest.
WAKE_UP_RESTS = {"notifications.tasks.send_webhooks": 0.25, "warehouse.tasks.allocate_due": 0.25}
SWEEP_SECONDS = env_int("SWEEP_SECONDS", 15)
CELERY_BEAT_SCHEDULE = {
    "sweep messages": {"task": "notifications.tasks.send_due", "schedule": SWEEP_SECONDS},
    "sweep orders": {"task": "warehouse.tasks.allocate_due", "schedule": SWEEP_SECONDS},
    "watch promises": {"task": "orders.tasks.watch_promises", "schedule": 60},
    "sweep labels": {"task": "orders.tasks.sweep_labels", "schedule": SWEEP_SECONDS},
    "promise planned runs": {"task": "warehouse.tasks.promise_planned_runs", "schedule": 60},
    "return claims of silent workers": {
        "task": "notifications.tasks.recover_claims",
        "schedule": 5,
    },
    "match receipts": {"task": "notifications.tasks.match_receipts", "schedule": 5},
    "sweep webhooks": {"task": "notifications.tasks.send_webhooks", "schedule": 5},
    "forget old webhooks": {"task": "notifications.tasks.forget_webhooks", "schedule": 3600},
}
