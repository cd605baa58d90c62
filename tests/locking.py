"""Which SQL of a migration would stop a portal at work: long locks, and what others still use."""

import re

# What the statement does -> why the portal would stand still, and what to write instead.
RULES = {
    r"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)": "an index blocks writers: AddIndexConcurrently",
    r"DROP INDEX (?!CONCURRENTLY)": "it waits for every reader: RemoveIndexConcurrently",
    r"ADD CONSTRAINT (?!.*NOT VALID).*(CHECK|FOREIGN KEY|REFERENCES)": (
        "it reads the table under a lock: AddConstraintNotValid, and ValidateConstraint in a "
        "migration of its own"
    ),
    r"ADD CONSTRAINT (?!.*USING INDEX).*(UNIQUE|PRIMARY KEY|EXCLUDE)": (
        "it builds an index under a lock: a unique index made concurrently, then USING INDEX"
    ),
    r"ADD COLUMN .*DEFAULT (?!now\(\)|statement_timestamp|'|NULL|true|false|[-\d])": (
        "a default that is computed for each row rewrites the table: add, fill, then set it"
    ),
    r"ALTER COLUMN \S+ SET NOT NULL": "it reads the table under a lock: a validated check first",
    r"ALTER COLUMN \S+ TYPE (?!varchar|text)": "it rewrites the table: fill a new column in steps",
    r"DROP COLUMN|DROP TABLE|RENAME": (
        "processes of the former version still use it: in the release after the one that stopped"
    ),
    r"^(UPDATE|DELETE)": "it holds every row until the end: a command that works in steps",
    r"^(VACUUM FULL|CLUSTER|REINDEX (?!.*CONCURRENTLY)|TRUNCATE|LOCK )": "nobody gets past it",
}
TABLE = re.compile(r'(?:TABLE|ON|UPDATE|FROM) (?:ONLY )?"?(?:public\.)?"?(\w+)"?')


def dangers(statements: list[str]) -> list[str]:
    """The statements that lock for long, each with why; what a migration makes itself is empty."""
    made = {
        match[1]
        for text in statements
        if (match := re.match(r'CREATE TABLE "?(\w+)"?', text.strip(), re.IGNORECASE))
    }
    found = []
    for statement in map(_plain, statements):
        table = TABLE.search(statement)
        if table and table[1] in made:
            continue
        found += [
            f"{statement[:100]}: {why}"
            for pattern, why in RULES.items()
            if re.search(pattern, statement, re.IGNORECASE)
        ]
    return found


LOCKS = re.compile(
    r"(?:ALTER TABLE (?:IF EXISTS )?(?:ONLY )?"
    r"|(?:CREATE|ALTER|DROP) POLICY (?:IF EXISTS )?\S+ ON "
    r"|(?:CREATE|DROP) (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER .*? ON "
    r"|CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\S+ ON "
    r"|(?:DROP|LOCK) TABLE (?:IF EXISTS )?"
    r')"?(?:public\.)?"?(\w+)"?',
    re.IGNORECASE,
)


def tables_locked(statements: list[str]) -> list[str]:
    """The tables that a transaction keeps for itself until its end; not those that it makes.

    Two of them wait for each other with a portal that uses them in another order.
    """
    parts = [part.strip() for text in statements for part in _plain(text).split(";")]
    made = {match[1] for part in parts if (match := re.match(r'CREATE TABLE "?(\w+)"?', part))}
    locked = [match[1] for part in parts if (match := LOCKS.match(part))]
    return [table for table in dict.fromkeys(locked) if table not in made]


def _plain(statement: str) -> str:
    """On one line, without comments; the body of a function is not run now."""
    text = re.sub(r"--[^\n]*", "", statement)
    text = re.sub(r"\$(\w*)\$.*?\$\1\$", "$$", text, flags=re.DOTALL)
    return " ".join(text.split())
