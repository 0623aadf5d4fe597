#!/usr/bin/env bash
# Runs once, when PostgreSQL's volume is empty: two databases, each owned by a role of its name that can do nothing
# elsewhere. The passwords come from the environment; psql quotes them.
set -euo pipefail

create() {
    psql --no-psqlrc -v ON_ERROR_STOP=1 -v name="$1" -v secret="$2" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'secret';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

create letterbox "$LETTERBOX_DATABASE_PASSWORD"
create engine "$ENGINE_DATABASE_PASSWORD"
