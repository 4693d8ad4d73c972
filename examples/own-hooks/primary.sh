#!/bin/sh
# Prints the primary on one line of JSON: the member that Patroni reports as such.
set -eu
for site in a:8008 b:8009; do
  if curl --fail --silent --output /dev/null --max-time 1 "http://127.0.0.1:${site#*:}/primary"; then
    echo "{\"primary\": \"${site%:*}\"}"
    exit 0
  fi
done
echo '{"primary": null}'
