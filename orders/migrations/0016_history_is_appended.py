"""The role of the portal appends to the history, and neither changes nor deletes it."""

from django.db import migrations

# deploy/roles.sql says the same of a database whose tables are there already.
REVOKE = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'fulfillment_app') THEN
        REVOKE UPDATE, DELETE ON orders_event FROM fulfillment_app;
    END IF;
END
$$;
"""
GRANT = REVOKE.replace("REVOKE", "GRANT").replace(" FROM fulfillment", " TO fulfillment")


class Migration(migrations.Migration):
    dependencies = [("orders", "0015_row_security")]

    operations = [migrations.RunSQL(REVOKE, GRANT)]
