"""Row-level security of all tables with a tenant path, as statements."""

# The setting is read once a statement for what it reads, and at each row for what it writes.
POLICY = """
CREATE POLICY tenant ON {table} USING ({read}) WITH CHECK ({written});
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
"""
SEES, SEES_ONCE = "portal_sees()", "(SELECT portal_sees())::uuid[]"
SEES_ALL, SEES_ALL_ONCE = "portal_sees_all()", "(SELECT portal_sees_all())"

OWNED = "{table}.seller_id = ANY (" + SEES + ")"


def through(other: str, key: str) -> str:
    """Who sees the row of the other table sees the rows that name it."""
    return f"EXISTS (SELECT FROM {other} WHERE {other}.id = {{table}}.{key})"


OF_A_BUILDING = through("orders_warehouse", "warehouse_id")


def policies(owned: list[str], others: dict[str, str]) -> list[str]:
    """A statement for each table: of sellers, and those where other words say who sees a row."""
    return [policy(table, way) for table, way in (dict.fromkeys(owned, OWNED) | others).items()]


def policy(table: str, way: str) -> str:
    """The policy of one table."""
    written = f"{way.format(table=table)} OR {SEES_ALL}"
    read = written.replace(SEES_ALL, SEES_ALL_ONCE).replace(SEES, SEES_ONCE)
    return POLICY.format(table=table, read=read, written=written)
