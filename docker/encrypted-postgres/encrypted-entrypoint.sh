#!/bin/sh
# Waits until the vault gives the key of the data directory, mounts that, and goes on as any PostgreSQL does. What it got is
# told on standard output, a line of JSON each; what it waits for, to people, on standard error.
set -eu

ENCRYPTED=/var/lib/postgresql/encrypted
OPENED=/var/lib/postgresql/opened
DISK="$OPENED/disk"
# Takes room as it is filled.
DISK_SIZE=16G

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
mkdir -p "$OPENED"
printf '%s' "$key" | gocryptfs -quiet -nosyslog "$ENCRYPTED" "$OPENED" >&2
unset key

# PostgreSQL cannot live on gocryptfs itself: of files that several processes replace and open at one time, one is not found,
# or not permitted, and the server gives up. So all that gocryptfs holds is one file, and a disk is made of that.
if [ ! -e "$DISK" ]; then
  truncate --size="$DISK_SIZE" "$DISK.new"
  mkfs.ext4 -q -E nodiscard -m 0 "$DISK.new" >&2
  mv "$DISK.new" "$DISK"
fi
trap - INT TERM

# In mounts of its own: were gocryptfs the last to see the disk when all are killed, it would wait for itself to write it out,
# for ever.
exec unshare --mount mount-disk "$DISK" docker-entrypoint.sh "$@"
