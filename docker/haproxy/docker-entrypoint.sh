#!/bin/sh
# As in the published image, haproxy runs in the master-worker mode, in the foreground.
set -e

case "${1:-}" in
  -*) set -- haproxy "$@" ;;
esac

if [ "${1:-}" = haproxy ]; then
  shift
  set -- haproxy -W -db "$@"
fi

exec "$@"
