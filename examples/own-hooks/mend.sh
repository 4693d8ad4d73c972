#!/bin/sh
# mend.sh CONTAINER: makes it run again, whatever was done to it. It can be run twice.
set -eu
container=$1
if [ "$(docker inspect --format '{{.State.Paused}}' "$container")" = true ]; then docker unpause "$container" >/dev/null; fi
docker start "$container" >/dev/null
# Then the background process of break.sh does nothing. A later drill leaves a mark of its own.
rm -f "${TMPDIR:-/tmp}/fhirdrill-broken-$container"
