#!/bin/sh
# Creates the database of the FHIR servers and its owner. Patroni runs it once, with a connection string as its
# argument.
set -eu
psql --quiet --set ON_ERROR_STOP=1 --set password="$HAPI_PASSWORD" --dbname "$1" <<'SQL'
CREATE ROLE hapi LOGIN PASSWORD :'password';
CREATE DATABASE hapi OWNER hapi;
SQL
