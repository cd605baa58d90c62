"""What a scan costs in a large warehouse, beside what it costs in a small one: in turns.

Two databases of one server are filled by `manage.py seed`: a year of orders, most handed over long
ago, and open ones that wait to be picked. Then each gets its places, with a row of stock in which
nothing lies any more. A process for each takes orders through the floor in itself; its CPU time and
that of its PostgreSQL process are counted, so that other work on the machine changes little.
The last lines are the ratios of the medians, beside how many statements each kind of scan sends.
"""

import argparse
import contextlib
import statistics
import sys

import psycopg

from benchmarks.eight_pickers import measure_pickers
from benchmarks.scale import Measured, address, make_database, seed
from benchmarks.servers import Servers, start_servers
from fulfillment.embedded.postgres import OWNER

SMALL, LARGE = "small", "large"
LINES_AN_ORDER = 3  # about so many
WARM_UP, ROUNDS = 2, 9
MOST = 1.2  # what a scan may cost more
MEASURED = ("next list", "place", "product", "last product", "tote", "unit", "parcel")
PLACES = """
INSERT INTO warehouse_location (id, warehouse_id, code, kind, walk_position)
SELECT gen_random_uuid(), warehouse.id, 'P-' || number, 'bin', number
FROM orders_warehouse AS warehouse, generate_series(1, %s) AS number
"""
EMPTY = """
WITH
place AS (
    SELECT id, row_number() OVER () AS number FROM warehouse_location
    WHERE starts_with(code, 'P-')
),
product AS (
    SELECT id, seller_id, row_number() OVER () AS number, count(*) OVER () AS many
    FROM orders_product
)
INSERT INTO warehouse_stock (id, seller_id, product_id, location_id, lot, on_hand, pinned)
SELECT gen_random_uuid(), product.seller_id, product.id, place.id, '', 0, 0
FROM place JOIN product ON product.number = 1 + mod(place.number, product.many)
"""


def main() -> int:
    """Seed, measure, and print the ratio of each kind of scan; 1 where one costs too much."""
    options = _options()
    sizes = {
        SMALL: (options.few_places, options.few_lines, options.few_orders),
        LARGE: (options.places, options.lines, options.orders),
    }
    with start_servers() as servers:
        for name, (places, lines, orders) in sizes.items():
            make_database(servers, name)
            waiting = max(1, lines // LINES_AN_ORDER)
            seed(servers, name, orders + waiting, in_work=waiting)
            add_places(servers, name, places)
        with contextlib.ExitStack() as stack:
            small, large = (
                stack.enter_context(Measured(servers, name, "benchmarks.floor_scans"))
                for name in sizes
            )
            slow = [kind for kind in MEASURED if _measure(kind, small, large, options.rounds)]
        measure_pickers(servers, LARGE)
    print(f"{len(MEASURED) - len(slow)} of {len(MEASURED)} within x {MOST}")
    return 1 if slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench floor", description=__doc__)
    for name, few, many in (
        ("places", 500, 50_000), ("lines", 1_000, 1_000_000), ("orders", 2_000, 300_000),
    ):  # fmt: skip
        parser.add_argument(f"--few-{name}", type=int, default=few)
        parser.add_argument(f"--{name}", type=int, default=many)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


def add_places(servers: Servers, name: str, places: int) -> None:
    """Places beside those of the seed, in each of which something once lay."""
    with psycopg.connect(address(servers, OWNER, name), autocommit=True) as connection:
        connection.execute(PLACES, [places])
        connection.execute(EMPTY)
        connection.execute("VACUUM (ANALYZE) warehouse_location, warehouse_stock")
    print(f"{name}: {places:,} places", flush=True)


def _measure(kind: str, small: Measured, large: Measured, rounds: int) -> bool:
    """Print what a kind of scan costs in both; True where it is too much in the large one."""
    costs: tuple[list[float], list[float]] = [], []
    for number in range(WARM_UP + rounds):
        for kept, measured in zip(costs, (small, large), strict=True):
            took = measured.cost(kind)
            if number >= WARM_UP:
                kept.append(took)
    low, high = (statistics.median(kept) for kept in costs)
    sent = f"{small.names[kind]} and {large.names[kind]} statements"
    mark = "" if high / low <= MOST else "  <- too much"
    print(f"{kind:14} {low:7.1f} ms {high:7.1f} ms  x {high / low:.2f}, {sent}{mark}", flush=True)
    return bool(mark)


if __name__ == "__main__":
    sys.exit(main())
