#!/bin/sh
# As in the published image, all below /mosquitto belongs to mosquitto's account.
set -e

if [ "$(id -u)" = 0 ]; then
  chown -R mosquitto:mosquitto /mosquitto || true
fi

exec "$@"
