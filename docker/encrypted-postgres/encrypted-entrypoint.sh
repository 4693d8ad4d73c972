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

# The engine hands over the right to loop devices, and no device. Two containers may reach for the same one: the loser tries
# again.
mount_disk() {
  for attempt in 1 2 3 4 5; do
    number="$(losetup --find | sed 's#^/dev/loop##')"
    [ -e "/dev/loop$number" ] || mknod "/dev/loop$number" b 7 "$number"
    mount -o loop,noatime "$DISK" "$PGDATA" 2> /tmp/mount.out && return
    sleep 0.2
  done
  cat /tmp/mount.out >&2
  exit 1
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
mount_disk
# Where a file system keeps what it finds after a crash; the server wants its directory for itself.
rmdir "$PGDATA/lost+found" 2> /dev/null || true
trap - INT TERM

exec docker-entrypoint.sh "$@"
