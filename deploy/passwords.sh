#!/bin/sh
# Gives the two roles of roles.sql their passwords, at the first start of the container of PostgreSQL.
set -eu
# psql quotes both; through its standard input, for a command line is seen by everybody.
psql --username=postgres --dbname="$POSTGRES_DB" --set=ON_ERROR_STOP=1 --quiet \
    --set=owner="$(cat /run/secrets/owner_password)" --set=app="$(cat /run/secrets/app_password)" <<'SQL'
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
ALTER ROLE fulfillment_owner PASSWORD :'owner';
ALTER ROLE fulfillment_app PASSWORD :'app';
SQL
