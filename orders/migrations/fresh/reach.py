"""Who may see which rows, as row-level security and the API ask the database."""

SEES_ALL = """
-- Whether the statement works for all sellers, as workers and operators do.
CREATE OR REPLACE FUNCTION portal_sees_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('portal.sees', true), '') = 'all'
$$;
"""
SEES = """
-- The ids of the sellers and warehouses whose rows the statement may touch; not set: none.
CREATE OR REPLACE FUNCTION portal_sees() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN coalesce(current_setting('portal.sees', true), '') IN ('', 'all') THEN '{}'
        ELSE current_setting('portal.sees', true) END::uuid[]
$$;
"""
BUILDING = """
-- These sellers, and these warehouses with all sellers that they serve.
CREATE OR REPLACE FUNCTION portal_building(sellers uuid[], buildings uuid[]) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (sellers || buildings
        || ARRAY(SELECT seller_id FROM orders_sellerwarehouse
            WHERE warehouse_id = ANY (buildings)))::text;
END
$$;
"""
SELLER_OF = """
-- The seller of the order with this hash of a tracking token.
CREATE OR REPLACE FUNCTION portal_seller_of(hashed bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN ARRAY(SELECT seller_id FROM orders_order WHERE tracking_hash = hashed)::text;
END
$$;
"""
MEMBERSHIPS = """
-- The memberships of a person, each with the time zone there; in a building with its columns, and
-- with what is seen there, as portal_building says it, in an order that is always the same.
CREATE OR REPLACE FUNCTION portal_memberships(person uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'role', m.role, 'seller', m.seller_id, 'warehouse', m.warehouse_id,
            'zone', coalesce(usual.time_zone, own.time_zone), 'building', to_jsonb(own),
            'sees', CASE WHEN own.id IS NOT NULL THEN (own.id || ARRAY(
                SELECT seller_id FROM orders_sellerwarehouse
                WHERE warehouse_id = own.id ORDER BY seller_id))::text END)), '[]')
        FROM orders_member m
        LEFT JOIN orders_warehouse own ON own.id = m.warehouse_id
        LEFT JOIN orders_seller s ON s.id = m.seller_id
        LEFT JOIN orders_warehouse usual ON usual.id = s.warehouse_id
        WHERE m.user_id = person
    );
END
$$;
"""
API_KEY = """
-- What the API needs to know of a key: its channel, with seller and warehouse.
CREATE OR REPLACE FUNCTION portal_api_key(hashed bytea) RETURNS TABLE (
    channel_id uuid, channel_name text, seller_id uuid, seller_name text, language text, email text,
    support_email text, transit_days_min integer, transit_days_max integer, warehouse_id uuid,
    time_zone text, country text, cut_off_hour integer, scopes text[],
    expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.id, c.name::text, s.id, s.name::text, s.language::text, s.email::text,
        s.support_email::text, s.transit_days_min::integer, s.transit_days_max::integer,
        w.id, w.time_zone::text, w.country::text, w.cut_off_hour::integer, k.scopes::text[],
        k.expires_at
    FROM orders_apikey k
    JOIN orders_saleschannel c ON c.id = k.channel_id AND c.is_active
    JOIN orders_seller s ON s.id = k.seller_id
    JOIN orders_warehouse w ON w.id = s.warehouse_id
    WHERE k.key_hash = hashed AND k.revoked_at IS NULL;
END
$$;
"""
CHANNEL_OF_KEY = """
-- What the API needs to know of a key: its channel, with seller and warehouse.
CREATE OR REPLACE FUNCTION portal_channel_of_key(hashed bytea) RETURNS TABLE (
    channel_id uuid, channel_name text, seller_id uuid, seller_name text, language text, email text,
    support_email text, transit_days_min integer, transit_days_max integer, warehouse_id uuid,
    time_zone text, country text, cut_off_hour integer, ships_as text, has_rules boolean,
    scopes text[], expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.id, c.name::text, s.id, s.name::text, s.language::text, s.email::text,
        s.support_email::text, s.transit_days_min::integer, s.transit_days_max::integer,
        w.id, w.time_zone::text, w.country::text, w.cut_off_hour::integer, s.ships_as::text,
        s.has_rules, k.scopes::text[], k.expires_at
    FROM orders_apikey k
    JOIN orders_saleschannel c ON c.id = k.channel_id AND c.is_active
    JOIN orders_seller s ON s.id = k.seller_id
    JOIN orders_warehouse w ON w.id = s.warehouse_id
    WHERE k.key_hash = hashed AND k.revoked_at IS NULL;
END
$$;
"""
CHANNEL_OF_API_KEY = """
-- What the API needs to know of a key: its channel, with seller and warehouse.
CREATE OR REPLACE FUNCTION portal_channel_of_api_key(hashed bytea) RETURNS TABLE (
    channel_id uuid, channel_name text, seller_id uuid, seller_name text, language text, email text,
    support_email text, transit_days_min integer, transit_days_max integer, warehouse_id uuid,
    time_zone text, country text, cut_off_hour integer, ships_as text, has_rules boolean,
    services_version uuid, scopes text[], expires_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT c.id, c.name::text, s.id, s.name::text, s.language::text, s.email::text,
        s.support_email::text, s.transit_days_min::integer, s.transit_days_max::integer,
        w.id, w.time_zone::text, w.country::text, w.cut_off_hour::integer, s.ships_as::text,
        s.has_rules, s.services_version, k.scopes::text[], k.expires_at
    FROM orders_apikey k
    JOIN orders_saleschannel c ON c.id = k.channel_id AND c.is_active
    JOIN orders_seller s ON s.id = k.seller_id
    JOIN orders_warehouse w ON w.id = s.warehouse_id
    WHERE k.key_hash = hashed AND k.revoked_at IS NULL;
END
$$;
"""

STATEMENTS = [
    SEES_ALL,
    SEES,
    BUILDING,
    SELLER_OF,
    MEMBERSHIPS,
    API_KEY,
    CHANNEL_OF_KEY,
    CHANNEL_OF_API_KEY,
]
