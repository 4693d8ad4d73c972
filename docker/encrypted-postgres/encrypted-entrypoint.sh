#!/bin/sh
# Waits until the vault gives the key of the data directory, mounts that, and goes on as any PostgreSQL does. What it got is
# told on standard output, a line of JSON each; what it waits for, to people, on standard error.
set -eu

ENCRYPTED=/var/lib/postgresql/encrypted

# Anything but the server (a shell, psql) runs as it was asked for.
case "${1:-}" in
  postgres | -*) ;;
  *) exec "$@" ;;
esac

tell() {
  printf '{"type":"%s","side":"%s","epochMs":%s,%s}\n' "$1" "$FHIRDRILL_SIDE" "$(date +%s%3N)" "$2"
}

# Until there is a server that a signal could be for.
trap 'exit 130' INT TERM
until key="$(data-key)"; do
  tell not-given "\"status\":$key"
  echo "the vault gives no key for the data directory (status $key): waiting, and asking again in $FHIRDRILL_RETRY_SECONDS s" >&2
  sleep "$FHIRDRILL_RETRY_SECONDS"
done
tell given '"untilEpochMs":null'

# gocryptfs takes its password from standard input where there is no terminal.
if [ ! -e "$ENCRYPTED/gocryptfs.conf" ]; then
  printf '%s' "$key" | gocryptfs -init -quiet "$ENCRYPTED" >&2
fi
# Mounted by root, and read by PostgreSQL's account.
printf '%s' "$key" | gocryptfs -quiet -nosyslog -allow_other "$ENCRYPTED" "$PGDATA" >&2
unset key
trap - INT TERM

exec docker-entrypoint.sh "$@"
