#!/bin/sh
# break.sh kill|pause CONTAINER: breaks it, and mends it after FHIRDRILL_TTL_SECONDS if nobody has by then.
set -eu
how=$1
container=$2
mend=$(dirname "$0")/mend.sh
mark=${TMPDIR:-/tmp}/fhirdrill-broken-$container

# The end of the fault is there before the fault is, and in a session of its own: what ends this script, or the drill, does
# not end it. It lives where the container does. Over ssh it must be started on the other machine.
command -v setsid >/dev/null || { echo "there is no setsid, so nothing would end it (package util-linux)" >&2; exit 1; }
echo "$FHIRDRILL_RUN" >"$mark"
# shellcheck disable=SC2016
setsid sh -c 'sleep "$1"; if [ "$(cat "$2" 2>/dev/null)" = "$3" ]; then exec "$4" "$5"; fi' \
  sh "$FHIRDRILL_TTL_SECONDS" "$mark" "$FHIRDRILL_RUN" "$mend" "$container" </dev/null >/dev/null 2>&1 &

docker "$how" "$container" >/dev/null
