#!/bin/sh
# Run by Patroni, once, with how to connect as its argument: the database of the FHIR servers and its owner.
set -eu
psql --quiet --set ON_ERROR_STOP=1 --set password="$HAPI_PASSWORD" --dbname "$1" <<'SQL'
CREATE ROLE hapi LOGIN PASSWORD :'password';
CREATE DATABASE hapi OWNER hapi;
SQL
