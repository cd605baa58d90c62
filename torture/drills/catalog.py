"""What a database is, asked of PostgreSQL itself: all that two ways of making it must agree in."""

from typing import Any

import psycopg

# Without what an extension has brought.
RELATIONS = """
SELECT c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,
    c.relreplident, c.reloptions, pg_get_userbyid(c.relowner), c.relacl::text[]
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace
    AND c.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
"""
# The place of a column is counted without those that were dropped.
COLUMNS = """
SELECT c.relname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname,
    format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
    pg_get_expr(d.adbin, d.adrelid), a.attcollation::regcollation::text, a.attstorage,
    a.attcompression, a.attoptions, a.attacl::text[]
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v', 'm')
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    AND c.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, contype, pg_get_constraintdef(oid), convalidated,
    condeferrable, condeferred
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
INDEXES = """
SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid), indisunique, indisprimary, indisvalid,
    indisready, indisclustered, indisreplident
FROM pg_index JOIN pg_class c ON c.oid = indexrelid
WHERE c.relnamespace = 'public'::regnamespace
"""
TRIGGERS = """
SELECT tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled FROM pg_trigger
WHERE NOT tgisinternal
"""
FUNCTIONS = """
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner),
    p.proacl::text[]
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND p.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
"""
POLICIES = """
SELECT tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies
WHERE schemaname = 'public'
"""
SEQUENCES = """
SELECT s.seqrelid::regclass::text, s.seqtypid::regtype::text, s.seqstart, s.seqincrement, s.seqmin,
    s.seqmax, s.seqcache, s.seqcycle, d.refobjid::regclass::text, d.refobjsubid > 0, d.deptype
FROM pg_sequence s
LEFT JOIN pg_depend d ON d.objid = s.seqrelid AND d.deptype IN ('a', 'i')
"""
# Types, rules, statistics and publications: there are none of ours yet.
OTHERS = """
SELECT 'type', t.typname::text, t.typtype::text FROM pg_type t
WHERE t.typnamespace = 'public'::regnamespace AND t.typtype NOT IN ('c', 'b')
    AND t.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
UNION ALL SELECT 'rule', tablename::text, definition FROM pg_rules WHERE schemaname = 'public'
UNION ALL SELECT 'statistics', stxname::text, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
UNION ALL SELECT 'publication', pubname::text, puballtables::text FROM pg_publication
UNION ALL SELECT 'event trigger', evtname::text, evtevent::text FROM pg_event_trigger
UNION ALL SELECT 'extension', extname::text, extversion FROM pg_extension
UNION ALL SELECT 'schema', nspname::text, nspacl::text FROM pg_namespace WHERE nspname = 'public'
UNION ALL SELECT 'default rights', defaclobjtype::text, defaclacl::text FROM pg_default_acl
"""
COMMENTS = """
SELECT pg_describe_object(classoid, objoid, objsubid), description FROM pg_description d
WHERE objoid >= 16384
    AND objoid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
"""
PERMISSIONS = """
SELECT t.app_label, t.model, p.codename, p.name FROM django_content_type t
LEFT JOIN auth_permission p ON p.content_type_id = t.id
"""
MIGRATIONS = "SELECT app, name FROM django_migrations"
PARTS = {
    "relations": RELATIONS,
    "columns": COLUMNS,
    "constraints": CONSTRAINTS,
    "indexes": INDEXES,
    "triggers": TRIGGERS,
    "functions": FUNCTIONS,
    "policies": POLICIES,
    "sequences": SEQUENCES,
    "others": OTHERS,
    "comments": COMMENTS,
    "permissions": PERMISSIONS,
    "migrations": MIGRATIONS,
}
# Their rows are compared by name: numbers depend on the order in which they were made.
BY_NAME = {"django_content_type", "auth_permission", "django_migrations"}
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


def catalog(connection: psycopg.Connection) -> dict[str, set[str]]:
    """Everything in the database there, by kind, each thing as a line of text."""
    return {part: _lines(connection, query) for part, query in PARTS.items()}


def rows(connection: psycopg.Connection) -> set[str]:
    """The rows of all tables; those that a fresh database has are compared by name above."""
    tables = {table for (table,) in connection.execute(TABLES)} - BY_NAME
    return {
        f"{table}: {text}"
        for table in tables
        for text in _lines(connection, f'SELECT t::text FROM "{table}" t')  # noqa: S608
    }


def differences(one: dict[str, set[str]], other: dict[str, set[str]]) -> list[str]:
    """What only one of two databases has, a line each: < the first, > the second."""
    return [
        line
        for part in one
        for line in (
            *(f"{part} < {text}" for text in sorted(one[part] - other[part])),
            *(f"{part} > {text}" for text in sorted(other[part] - one[part])),
        )
    ]


def _lines(connection: psycopg.Connection, query: Any) -> set[str]:
    return {" | ".join(map(_text, row)) for row in connection.execute(query)}


def _text(value: object) -> str:
    """Rights stand in the order in which they were given, which says nothing."""
    return " ".join(sorted(map(str, value))) if isinstance(value, list) else str(value)
