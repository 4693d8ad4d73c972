#!/bin/sh
# Makes the database cluster if there is none, then becomes the server.
set -eu

case "${1:-}" in
  -*) set -- postgres "$@" ;;
esac

# Anything but the server (a shell, psql) runs as it was asked for.
[ "${1:-}" = postgres ] || exec "$@"

# A mounted directory may belong to root; the server refuses both root and directories of others.
if [ "$(id -u)" = 0 ]; then
  chown postgres:postgres "$PGDATA"
  chmod 0700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user="${POSTGRES_USER:-postgres}"
  database="${POSTGRES_DB:-$user}"
  : "${POSTGRES_PASSWORD:?must be set for the first start}"

  # Nothing is worth saving before the first start is over, so nothing is synced to disk. The locale is that of LANG.
  password_file="$(mktemp)"
  printf '%s\n' "$POSTGRES_PASSWORD" > "$password_file"
  initdb --no-sync --username="$user" --pwfile="$password_file" --set listen_addresses='*' > /dev/null
  rm "$password_file"

  # "all" covers no replication connection from another host: the published image lets none in either.
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"

  # A single-user server has no socket: nobody can connect before the database is there.
  if [ "$database" != postgres ]; then
    echo "CREATE DATABASE \"$(printf %s "$database" | sed 's/"/""/g')\"" |
      postgres --single -c exit_on_error=on -c fsync=off -D "$PGDATA" postgres > /dev/null
  fi
fi

exec "$@"
