#!/bin/sh
# switchover.sh INSTANCE: makes it the primary by plan, as `kubectl cnpg promote` does, and waits until it is.
set -eu
k() { kubectl --context "$FHIR_CONTEXT" --namespace fhir-staging "$@"; }
k patch cluster fhir-db --subresource=status --type=merge --patch "{\"status\": {\"targetPrimary\": \"$1\",
  \"targetPrimaryTimestamp\": \"$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)\",
  \"phase\": \"Switchover in progress\", \"phaseReason\": \"Switching over to $1\"}}"
k wait cluster fhir-db --for="jsonpath={.status.currentPrimary}=$1" --timeout=55s
