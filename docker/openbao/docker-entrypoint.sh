#!/bin/sh
# As in the published image: the command "server" reads /openbao/config, and runs as openbao, to whom all below /openbao
# belongs; anything else is run as it was asked for.
set -e

if [ "$1" = server ]; then
  shift
  set -- bao server -config=/openbao/config "$@"
fi

if [ "$1" = bao ] && [ "$(id -u)" = 0 ]; then
  chown -R openbao:openbao /openbao/config /openbao/file /openbao/logs
  exec setpriv --reuid=openbao --regid=openbao --init-groups "$@"
fi

exec "$@"
