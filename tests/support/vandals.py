"""A story of four orders, and someone who changes rows against every rule of the database."""

from contextlib import contextmanager

from psycopg import sql

from orders.models import Return
from orders.returns.handling import approve_return, request_return
from tests.support.cast import make_order
from tests.support.databases import superuser
from tests.support.servers import DATABASE
from tests.support.stages import delivered_order, open_house, packed_shipment
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.models import Location
from warehouse.returns.inspection import inspect_return_line, receive_return
from warehouse.stock.allocation import allocate_due

RULES = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('c', 'u')
"""
COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
"""


def tell_story():
    """Orders by what came of them: sent (a lamp came back), packed, walk (on it), waiting."""
    house = open_house()
    sent = delivered_order(house, {"LAMP": 2, "SHADE": 1})
    _send_back(house, sent)
    packed = packed_shipment(house, {"LAMP": 2}).order
    walk = make_order(house.ada, {"LAMP": 3})
    allocate_due()
    stop = take_next_pick_list(warehouse=house.warehouse, actor=house.pat).lines.get()
    confirm_pick(stop, location_code="A-01-1", product_code="LAMP", quantity=1, actor=house.pat)
    waiting = make_order(house.ada, {"SHADE": 99})
    allocate_due()
    return {"sent": sent, "packed": packed, "walk": walk, "waiting": waiting}


def _send_back(house, order):
    """One of the lamps comes back and is for sale again."""
    lamp = order.lines.get(sku="LAMP")
    asked = request_return(order, units={lamp.pk: 1}, reason=Return.Reason.TOO_LARGE)
    approve_return(asked, actor=house.ada.owner)
    line = asked.lines.get()
    receive_return(asked, received={line.pk: 1}, actor=house.pat)
    shelf = Location.objects.get(warehouse=house.warehouse, code="A-02-1")
    inspect_return_line(line, restocked=1, written_off=0, location=shelf, actor=house.pat)


class Vandal:
    """Changes rows of a table against its rules, and undoes it."""

    def __init__(self, connection, story):
        self.connection = connection
        self.numbers = {name: order.number for name, order in story.items()}
        self.ids = {name: order.pk for name, order in story.items()}
        self.ids |= {f"{name}_line": _first_line(order).pk for name, order in story.items()}
        self.ids["lamp"] = _first_line(story["sent"]).product_id

    def update(self, table, changes, where):
        """Change rows; both texts may name what the story made: %(sent)s, %(sent_line)s."""
        return self._break(table, "UPDATE {} SET {} WHERE {}", changes, where)

    def delete(self, table, where):
        """Delete rows."""
        return self._break(table, "DELETE FROM {} WHERE {}", where)

    def insert(self, table, rows):
        """Insert what a query finds."""
        return self._break(table, "INSERT INTO {} {}", rows)

    def named(self, text):
        """A text with the numbers of the story's orders: {sent}."""
        return text.format(**self.numbers)

    @contextmanager
    def _break(self, table, statement, *parts):
        """Take the rules off, run the statement; then the rows of before and the rules return."""
        target, kept = sql.Identifier(table), sql.Identifier(f"kept_{table}")
        rules = self.connection.execute(RULES, [table]).fetchall()
        found = self.connection.execute(COLUMNS, [table]).fetchall()
        columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)
        self._run("CREATE TEMP TABLE {} AS SELECT * FROM {}", kept, target)
        for name, _ in rules:
            self._run("ALTER TABLE {} DROP CONSTRAINT {}", target, sql.Identifier(name))
        try:
            whole = sql.SQL(statement).format(target, *map(sql.SQL, parts))
            changed = self.connection.execute(whole, self.ids)
            assert changed.rowcount > 0, "nothing was broken"
            yield
        finally:
            self._run("DELETE FROM {}", target)
            self._run("INSERT INTO {} ({}) SELECT {} FROM {}", target, columns, columns, kept)
            for name, rule in rules:
                add = "ALTER TABLE {} ADD CONSTRAINT {} {}"
                self._run(add, target, sql.Identifier(name), sql.SQL(rule))
            self._run("DROP TABLE {}", kept)

    def _run(self, statement, *parts):
        self.connection.execute(sql.SQL(statement).format(*parts))


@contextmanager
def vandal_of(story):
    """A vandal for one test."""
    with superuser(DATABASE) as connection:
        connection.execute("SET session_replication_role = replica")  # no foreign keys
        yield Vandal(connection, story)


def _first_line(order):
    return order.lines.get(position=1)
