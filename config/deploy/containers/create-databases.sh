#!/usr/bin/env bash
# Runs by itself when PostgreSQL's volume is empty, and may be run again at any time (an older installation gets the roles
# that came later): two databases with owners of their own, a role for the application that owns nothing, and one that
# only adds to the audit trail. The passwords come from the environment; psql quotes them.
set -euo pipefail

run() {
    psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"
}

role() {
    run --dbname postgres -v name="$1" -v secret="$2" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" PASSWORD :'secret';
SQL
}

database() {
    run --dbname postgres -v name="$1" -v owner="$2" <<'SQL'
SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
ALTER DATABASE :"name" OWNER TO :"owner";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

role letterbox "$LETTERBOX_DATABASE_PASSWORD"
role letterbox_owner "$LETTERBOX_OWNER_PASSWORD"
role letterbox_audit "$LETTERBOX_AUDIT_PASSWORD"
role engine "$ENGINE_DATABASE_PASSWORD"
database letterbox letterbox_owner
database engine engine
run --dbname letterbox <<'SQL'
GRANT CONNECT ON DATABASE letterbox TO letterbox, letterbox_audit;
REASSIGN OWNED BY letterbox TO letterbox_owner;
SQL
