"""Searches behind row-level security: functions of the owner, which compare the seller themselves."""

# unaccent() may follow a change of its rules and so is only STABLE; with the rules named it is not
# expected to change, and an index needs that. A dump is restored with an empty search path.
PLAIN = """
CREATE FUNCTION portal_plain(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT public.unaccent('public.unaccent'::regdictionary, lower(words)) $$
"""
HAS_WORDS = r"""
-- A condition: the expression has each of these words, whatever stands in them.
CREATE FUNCTION portal_has_words(expression text, words text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT string_agg(
        format('portal_plain(%I) LIKE %L', expression, '%' || replace(replace(replace(
            portal_plain(word), '\', '\\'), '%', '\%'), '_', '\_') || '%'),
        ' AND ') FROM unnest(words) AS word
$$;
"""
NAMED = """
-- The newest orders whose customer's name has all these words.
CREATE OR REPLACE FUNCTION portal_orders_named(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order WHERE '
        || portal_has_words('customer_name', patterns)
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most;
END
$$;
"""
NUMBERED = """
-- The newest orders whose number begins so, in whatever letters.
CREATE OR REPLACE FUNCTION portal_orders_numbered(beginning text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order
        WHERE upper(number) ~>=~ upper($3) AND upper(number) ~<~ (upper($3) || chr(1114111))'
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most, beginning;
END
$$;
"""
TITLED = """
-- The orders of the newest lines whose title has all these words.
CREATE FUNCTION portal_orders_titled(words text[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT order_id FROM orders_orderline WHERE '
        || portal_has_words('title', words)
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY id DESC LIMIT $2'
    USING portal_sees(), most;
END
$$;
"""
PHONED = """
-- The newest orders whose phone number ends with these digits.
CREATE FUNCTION portal_orders_phoned(ending text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order
        WHERE reverse(phone) ~>=~ $3 AND reverse(phone) ~<~ ($3 || chr(1114111))'
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most, reverse(ending);
END
$$;
"""
POSTED = """
-- The newest orders with this postcode, with blanks or without.
CREATE FUNCTION portal_orders_posted(postcode text, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT id FROM orders_order
        WHERE upper(replace(postcode, '' '', '''')) = $3'
        || CASE WHEN portal_sees_all() THEN '' ELSE ' AND seller_id = ANY ($1)' END
        || ' ORDER BY created_at DESC, id DESC LIMIT $2'
    USING portal_sees(), most, postcode;
END
$$;
"""
PRODUCT_IN_ANY_LETTERS = """
-- The product of a seller with this SKU in whatever letters, where it is the only one.
CREATE OR REPLACE FUNCTION portal_product_in_any_letters(seller uuid, wanted text)
RETURNS TABLE (id uuid, title text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
BEGIN
    IF seller = ANY (portal_sees()) OR portal_sees_all() THEN
        RETURN QUERY SELECT (array_agg(p.id))[1], (array_agg(p.title))[1]::text
        FROM orders_product p
        WHERE p.seller_id = seller AND lower(p.sku) = lower(wanted)
        HAVING count(*) = 1;
    END IF;
END
$$;
"""

STATEMENTS = [HAS_WORDS, NAMED, NUMBERED, TITLED, PHONED, POSTED, PRODUCT_IN_ANY_LETTERS]
