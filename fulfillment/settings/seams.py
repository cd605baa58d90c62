"""The seams between the apps, wake-ups of tasks after events, and the sweep schedule."""

from fulfillment.settings.env import env_int

# The seams: lists of dotted paths through which an app calls one that it does not import

EVENT_SUBSCRIBERS = [
    "warehouse.stock.subscriber.on_events",
    "warehouse.floor.subscriber.on_events",
    "warehouse.corrections.subscriber.on_events",
    "warehouse.couriers.wished_days.on_events",
    "warehouse.couriers.apart.on_events",
    "notifications.planning.subscriber.on_events",
    "orders.intake.uncancelled.on_events",
    "orders.returns.labels.subscriber.on_events",
    "orders.exchanges.released.on_events",
    # Last: the promise events that it records must follow the event that caused them.
    "orders.promises.subscriber.on_events",
]
# Functions that return SQL of further inserts; the statement that appends events runs them.
EVENT_STATEMENTS = ["notifications.webhooks.planning.statement_for_events"]
# Look-up paths to the courier, for models of an app that knows no couriers.
COURIER_PATHS = {"orders.Package": "stops__run__courier"}
# Functions that return further rows of a new order; the statement of the intake inserts them.
INTAKE_ROWS = ["notifications.planning.subscriber.rows_for_intake"]
# Functions (name of events, name of orders) -> SQL of a further insert of that statement, and for
# each the function (SQL of a seller's id) -> SQL of whether it would write nothing.
INTAKE_STATEMENTS = {
    "notifications.webhooks.planning.statement_for_intake": (
        "notifications.webhooks.planning.without_endpoints"
    ),
}
# Path -> function (request, seconds) that answers 429 there, in the language of its readers.
TOO_MANY_PAGES = {"/track/": "fulfillment.tracking.refusals.too_many"}
# The registries of event kinds, one per app; record() refuses any other kind.
EVENT_KINDS = [
    "orders.event_kinds.KINDS",
    "warehouse.event_kinds.KINDS",
    "notifications.event_kinds.KINDS",
]
# Functions (product) -> why its SKU can no longer change, "" where nothing hinders.
SKU_HOLDERS = ["warehouse.stock.holdings.why_sku_stays"]
# Functions (product) -> why it cannot become a kit, "" where nothing hinders.
KIT_REFUSERS = ["warehouse.stock.holdings.why_no_kit"]
# Functions (warehouse, seller or None) -> what the books have there, in sentences; [] if nothing.
BUILDING_HOLDERS = ["warehouse.stock.holdings.what_is_in"]
# Functions by which shops are told our stock: what is due to be told, and a seller's warehouses.
STOCK_FOR_SHOPS = {
    "due": "warehouse.stock.for_shops.due_stock",
    "warehouses": "warehouse.stock.for_shops.warehouses_of",
}
# A function (order id) that reserves stock for a new order at once, in its transaction.
ALLOCATE_NOW = "warehouse.stock.allocation.allocate_now"
# What uploaded files may hold: kinds with columns, a check and a way to be written.
FILE_KINDS = [
    "orders.files.records.orders.Orders",
    "orders.files.records.products.Products",
    "orders.files.records.aliases.Aliases",
    "warehouse.stock.counts_kind.StockCounts",
    "warehouse.places.file_kind.Places",
]
# Account mails to customers by kind: functions (row) -> the mail, None where nobody needs it.
CUSTOMER_MAILS = {
    "order_code": "fulfillment.tracking.mails.order_code",
    "order_link": "fulfillment.tracking.mails.order_link",
}
# Which task is woken after which events: those for which this field of EventKind is true, "*" for
# all.
WAKE_UPS = {
    "notifications.tasks.send_due": "*",
    "notifications.tasks.send_webhooks": "*",
    "warehouse.tasks.allocate_due": "concerns_supply",
    "orders.tasks.tell_shops": "concerns_shop",
    "orders.tasks.reach_held_orders": "concerns_reach",
}
# Throttle: seconds between two wake-ups of a task whose work is cheaper in batches.
WAKE_UP_RESTS = {
    "notifications.tasks.send_webhooks": 0.25,
    "warehouse.tasks.allocate_due": 0.25,
    "orders.tasks.tell_shops": 0.5,
}
# A function that says whether carriers are not to be asked by themselves, as by a restored copy.
OUTSIDE_WAITS = "notifications.delivery.pausing.is_paused"
# The task that makes and removes demo data, by actions of all apps.
DEMO_TASK = "fulfillment.tasks.work_on_demos"
SWEEP_SECONDS = env_int("SWEEP_SECONDS", 15)
CELERY_BEAT_SCHEDULE = {
    "sweep messages": {"task": "notifications.tasks.send_due", "schedule": SWEEP_SECONDS},
    "sweep orders": {"task": "warehouse.tasks.allocate_due", "schedule": SWEEP_SECONDS},
    "sweep calls": {"task": "orders.tasks.work_off_calls", "schedule": SWEEP_SECONDS},
    "ask shops": {"task": "orders.tasks.ask_shops", "schedule": SWEEP_SECONDS},
    "sweep imports": {"task": "orders.tasks.work_on_imports", "schedule": SWEEP_SECONDS},
    "sweep bulk jobs": {"task": "orders.tasks.work_on_bulk_jobs", "schedule": SWEEP_SECONDS},
    "sweep demo data": {"task": DEMO_TASK, "schedule": SWEEP_SECONDS},
    "sweep pushes": {"task": "orders.tasks.tell_shops", "schedule": SWEEP_SECONDS},
    "tell shops our stock": {"task": "orders.tasks.tell_stock", "schedule": SWEEP_SECONDS},
    "withdraw what has expired": {"task": "warehouse.tasks.withdraw_expired", "schedule": 300},
    "plan counts": {"task": "warehouse.tasks.plan_counts", "schedule": 3600},
    "plan refills": {"task": "warehouse.tasks.plan_replenishment", "schedule": 300},
    "foresee lateness": {"task": "warehouse.tasks.foresee_lateness", "schedule": 300},
    "add up promises": {"task": "orders.tasks.add_up_promises", "schedule": 60},
    "read numbers": {"task": "orders.tasks.read_numbers", "schedule": 60},
    "find many returns": {"task": "orders.tasks.find_many_returns", "schedule": 3600},
    "mail numbers": {"task": "orders.tasks.mail_numbers", "schedule": 1800},
    "watch promises": {"task": "orders.tasks.watch_promises", "schedule": 60},
    "sweep account mails": {
        "task": "orders.tasks.send_account_mails",
        "schedule": SWEEP_SECONDS,
    },
    "sweep labels": {"task": "orders.tasks.sweep_labels", "schedule": SWEEP_SECONDS},
    "look after exchanges": {"task": "orders.tasks.look_after_exchanges", "schedule": 3600},
    "look after returns": {"task": "orders.tasks.look_after_returns", "schedule": 3600},
    "release ended holds": {"task": "orders.tasks.release_ended_holds", "schedule": 60},
    "link what is known": {"task": "orders.tasks.link_what_is_known", "schedule": SWEEP_SECONDS},
    "reach held orders": {"task": "orders.tasks.reach_held_orders", "schedule": SWEEP_SECONDS},
    "close returns": {"task": "warehouse.tasks.close_finished_returns", "schedule": 60},
    "promise planned runs": {"task": "warehouse.tasks.promise_planned_runs", "schedule": 60},
    "return claims of silent workers": {
        "task": "notifications.tasks.recover_claims",
        "schedule": 5,
    },
    "count messages": {"task": "notifications.tasks.count_messages", "schedule": 600},
    "match receipts": {"task": "notifications.tasks.match_receipts", "schedule": 5},
    "sweep webhooks": {"task": "notifications.tasks.send_webhooks", "schedule": 5},
    "forget old webhooks": {"task": "notifications.tasks.forget_webhooks", "schedule": 3600},
    "retention": {"task": "fulfillment.tasks.retain", "schedule": 3600},
}
