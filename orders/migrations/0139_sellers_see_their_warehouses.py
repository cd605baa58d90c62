"""A seller sees each warehouse of its list, not only the usual one."""

from django.db import migrations

READ = "orders_warehouse.id = ANY ((SELECT portal_sees())::uuid[]) OR EXISTS (SELECT FROM orders_sellerwarehouse WHERE orders_sellerwarehouse.warehouse_id = orders_warehouse.id) OR (SELECT portal_sees_all())"
WRITTEN = "orders_warehouse.id = ANY (portal_sees()) OR EXISTS (SELECT FROM orders_sellerwarehouse WHERE orders_sellerwarehouse.warehouse_id = orders_warehouse.id) OR portal_sees_all()"
POLICY = f"""
DROP POLICY tenant ON orders_warehouse;
CREATE POLICY tenant ON orders_warehouse USING ({READ}) WITH CHECK ({WRITTEN});
"""
OF_BEFORE = POLICY.replace("orders_sellerwarehouse", "orders_seller")


class Migration(migrations.Migration):
    dependencies = [("orders", "0138_a_seller_has_its_usual_warehouse")]

    operations = [migrations.RunSQL(POLICY, OF_BEFORE)]
