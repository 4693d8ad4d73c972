#!/bin/sh
# Exits with 0 while one of the two members follows the other closely: then both have all data, or nearly all.
set -eu
for port in 8008 8009; do
  if curl --fail --silent --output /dev/null --max-time 2 "http://127.0.0.1:$port/replica?lag=1MB"; then exit 0; fi
done
echo "no member of PostgreSQL follows the other one closely" >&2
exit 1
