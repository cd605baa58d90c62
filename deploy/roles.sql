-- The two roles of the portal and what each may do. Run it as a superuser inside the portal's
-- database; running it again changes nothing:
--
--     createdb --encoding=UTF8 --template=template0 --locale=C.UTF-8 fulfillment
--     psql --dbname=fulfillment --set=ON_ERROR_STOP=1 --file=deploy/roles.sql
--     psql --command='\password fulfillment_owner' --command='\password fulfillment_app'
--
-- fulfillment_owner owns the tables and migrates (MIGRATION_DATABASE_URL).
-- fulfillment_app is what web, worker and beat use (DATABASE_URL): it can neither change a table's
-- shape nor switch off row-level security.

DO $$
DECLARE
    role text;
    setting text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fulfillment_owner') THEN
        CREATE ROLE fulfillment_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fulfillment_app') THEN
        CREATE ROLE fulfillment_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    EXECUTE format('ALTER DATABASE %I OWNER TO fulfillment_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO fulfillment_app', current_database());
    -- Statements hold names and addresses: none of them goes into the server's log, whatever its
    -- settings are, nor the values of a row that is refused.
    FOREACH role IN ARRAY ARRAY['fulfillment_owner', 'fulfillment_app'] LOOP
        FOREACH setting IN ARRAY ARRAY[
            'log_min_error_statement = panic', 'log_error_verbosity = terse', 'log_statement = none',
            'log_min_duration_statement = -1', 'log_min_duration_sample = -1',
            'log_parameter_max_length = 0', 'log_parameter_max_length_on_error = 0']
        LOOP
            EXECUTE format('ALTER ROLE %I IN DATABASE %I SET ', role, current_database()) || setting;
        END LOOP;
    END LOOP;
END
$$;

ALTER SCHEMA public OWNER TO fulfillment_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO fulfillment_app;

-- Only a superuser may create these on every PostgreSQL from 15 on.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- What migrations made before this file ran, and what they will make.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO fulfillment_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO fulfillment_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO fulfillment_app;
ALTER DEFAULT PRIVILEGES FOR ROLE fulfillment_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fulfillment_app;
ALTER DEFAULT PRIVILEGES FOR ROLE fulfillment_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO fulfillment_app;
ALTER DEFAULT PRIVILEGES FOR ROLE fulfillment_owner IN SCHEMA public
    GRANT EXECUTE ON FUNCTIONS TO fulfillment_app;

-- History and ledger are appended, never edited: not by a mistake, nor by who stole the password.
-- What has to be changed there by law is changed by a SECURITY DEFINER function of the owner that
-- does only this and may be called by fulfillment_app.
DO $$
DECLARE
    appended text;
BEGIN
    FOREACH appended IN ARRAY ARRAY['orders_event', 'warehouse_stockmovement'] LOOP
        IF to_regclass(format('public.%I', appended)) IS NOT NULL THEN
            EXECUTE format('REVOKE UPDATE, DELETE ON public.%I FROM fulfillment_app', appended);
        END IF;
    END LOOP;
END
$$;
