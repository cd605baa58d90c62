"""Who sees which rows of notifications."""

from orders.migrations.fresh.policies import policies, through

# Of one seller, who is named in each row.
SELLERS = [
    "notifications_delivery",
    "notifications_endpoint",
    "notifications_mailstop",
    "notifications_message",
    "notifications_messagecount",
    "notifications_messagesettings",
    "notifications_preference",
    "notifications_sendingdomain",
    "notifications_smsstop",
    "notifications_suppression",
    "notifications_textversion",
]
# Of no seller, of a building, or seen by who sees the row of another table.
OTHERS = {
    "notifications_attempt": through("notifications_message", "message_id"),
    "notifications_deliveryattempt": through("notifications_delivery", "delivery_id"),
    "notifications_pushsubscription": through("orders_order", "order_id"),
    "notifications_receipt": through("notifications_message", "message_id"),
}

STATEMENTS = policies(SELLERS, OTHERS)
