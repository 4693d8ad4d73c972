#!/bin/sh
# break.sh kill|pause CONTAINER: breaks it, and heals it after FHIRDRILL_TTL_SECONDS if it has not been healed by then.
set -eu
how=$1
container=$2
mend=$(dirname "$0")/mend.sh
mark=${TMPDIR:-/tmp}/fhirdrill-broken-$container

# Started before the fault, and in a session of its own, so that it outlives this script and the drill. It must run on
# the machine of the container; over ssh, start it there.
command -v setsid >/dev/null || { echo "there is no setsid, so nothing would end it (package util-linux)" >&2; exit 1; }
echo "$FHIRDRILL_RUN" >"$mark"
# shellcheck disable=SC2016
setsid sh -c 'sleep "$1"; if [ "$(cat "$2" 2>/dev/null)" = "$3" ]; then exec "$4" "$5"; fi' \
  sh "$FHIRDRILL_TTL_SECONDS" "$mark" "$FHIRDRILL_RUN" "$mend" "$container" </dev/null >/dev/null 2>&1 &

docker "$how" "$container" >/dev/null
