"""All tables of warehouse at once, where there are none; an older database goes by the migrations replaced."""

from django.db import migrations

from orders.migrations.fresh.at_once import CreateTables
from orders.migrations.fresh.history import APPEND_ONLY
from warehouse.migrations.fresh import rows
from warehouse.migrations.fresh.tables import TABLES

# The model names the two conditions the other way round.
ONE_OPEN = """
DROP INDEX one_open_walk_without_a_cart;
CREATE UNIQUE INDEX one_open_walk_without_a_cart ON warehouse_picklist (picker_id)
WHERE (status = 'open' AND cart_walk IS NULL);
"""


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("warehouse", "0001_initial"),
        ("warehouse", "0002_bound_what_comes_from_outside"),
        ("warehouse", "0003_badges_and_devices"),
        ("warehouse", "0004_find_old_scans"),
        ("warehouse", "0005_outcome_of_a_stop"),
        ("warehouse", "0006_put_back_walks"),
        ("warehouse", "0007_check_outcomes_of_stops"),
        ("warehouse", "0008_row_security"),
        ("warehouse", "0009_ledger_is_appended"),
        ("warehouse", "0011_find_what_is_still_driven"),
        ("warehouse", "0017_places_found_empty"),
        ("warehouse", "0018_stock_limits"),
        ("warehouse", "0019_count_tasks"),
        ("warehouse", "0020_counted_units"),
        ("warehouse", "0021_corrections"),
        ("warehouse", "0022_find_refused_scans"),
        ("warehouse", "0023_load_runs_by_scan"),
        ("warehouse", "0024_corrections_know_the_books"),
        ("warehouse", "0025_stock_found_empty"),
        ("warehouse", "0026_find_first_movements"),
        ("warehouse", "0029_inbounds"),
        ("warehouse", "0030_inbound_lines"),
        ("warehouse", "0031_damaged_on_arrival"),
        ("warehouse", "0032_goods_wait_in_a_dock"),
        ("warehouse", "0033_find_locations"),
        ("warehouse", "0034_pick_faces"),
        ("warehouse", "0035_replenish_tasks"),
        ("warehouse", "0036_walks_pause_and_put_back"),
        ("warehouse", "0037_manifests"),
        ("warehouse", "0047_cartons"),
        ("warehouse", "0048_walks_with_carts"),
        ("warehouse", "0049_carts"),
        ("warehouse", "0050_slots_of_carts"),
        ("warehouse", "0051_find_slots_of_carts"),
        ("warehouse", "0052_waves"),
        ("warehouse", "0055_locations_are_closed"),
        ("warehouse", "0056_files_of_warehouses_are_checked"),
        ("warehouse", "0057_lots"),
        ("warehouse", "0058_corrections_of_lots"),
        ("warehouse", "0059_blocked_locations"),
        ("warehouse", "0063_printers"),
        ("warehouse", "0064_print_jobs"),
        ("warehouse", "0065_packed_serials"),
        ("warehouse", "0066_returned_serials"),
        ("warehouse", "0067_repaired_units"),
        ("warehouse", "0069_put_walls"),
        ("warehouse", "0070_cells_of_walls"),
        ("warehouse", "0071_batch_walks"),
        ("warehouse", "0072_units_to_sort"),
        ("warehouse", "0075_badges_on_devices"),
    ]

    dependencies = [
        ("orders", "0001_squashed_0159"),
    ]

    operations = [
        CreateTables(TABLES),
        migrations.RunSQL(
            [ONE_OPEN, *rows.STATEMENTS, APPEND_ONLY.format(table="warehouse_stockmovement")]
        ),
    ]
