"""Row-level security: who may see which rows, beside the filter of the application."""

from django.db import migrations

# Tables whose rows are their seller's.
OWNED = (
    "notifications_sendingdomain",
    "notifications_message",
    "notifications_preference",
    "notifications_textversion",
    "notifications_suppression",
    "notifications_messagesettings",
    "notifications_smsstop",
    "notifications_endpoint",
    "notifications_delivery",
)
# The others: who sees the row named here sees them.
OTHERS = {
    "notifications_attempt": "EXISTS (SELECT FROM notifications_message WHERE notifications_message.id = notifications_attempt.message_id)",
    "notifications_pushsubscription": "EXISTS (SELECT FROM orders_order WHERE orders_order.id = notifications_pushsubscription.order_id)",
    "notifications_receipt": "EXISTS (SELECT FROM notifications_message WHERE notifications_message.id = notifications_receipt.message_id)",
    "notifications_deliveryattempt": "EXISTS (SELECT FROM notifications_delivery WHERE notifications_delivery.id = notifications_deliveryattempt.delivery_id)",
}
# Processes of the former version would be shown nothing: where somebody works with them, the
# policies are switched on by `manage.py finish_upgrade`, after the last of them.
ENABLE = """
DROP POLICY IF EXISTS tenant ON {table};
CREATE POLICY tenant ON {table} USING ({read}) WITH CHECK ({written});
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM orders_seller) THEN
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    END IF;
END
$$;
"""
DISABLE = """
DROP POLICY tenant ON {table};
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""


def policies():
    owned = {table: f"{table}.seller_id = ANY ((SELECT portal_sees())::uuid[])" for table in OWNED}
    return [policy(table, way) for table, way in (owned | OTHERS).items()]


def policy(table, way):
    # The setting is read once a statement for what it reads, and at each row for what it writes.
    read = f"{way} OR (SELECT portal_sees_all())"
    written = read.replace("(SELECT portal_sees_all())", "portal_sees_all()")
    written = written.replace("(SELECT portal_sees())::uuid[]", "portal_sees()")
    return migrations.RunSQL(
        ENABLE.format(table=table, read=read, written=written), DISABLE.format(table=table)
    )


class Migration(migrations.Migration):
    # One table at a time, so that it waits for nobody who waits for it; it may be run again.
    atomic = False

    dependencies = [
        ("notifications", "0006_find_old_attempts"),
        ("orders", "0015_row_security"),
    ]

    operations = policies()
