#!/bin/sh
# switchover.sh FROM TO: asks Patroni for a planned switchover to TO, and waits for its answer.
set -eu
curl --fail-with-body --silent --show-error --max-time 55 \
  --data "{\"leader\": \"$1\", \"candidate\": \"$2\"}" http://127.0.0.1:8008/switchover
