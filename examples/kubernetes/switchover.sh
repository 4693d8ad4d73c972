#!/bin/sh
# switchover.sh CONTEXT INSTANCE: a planned switchover to INSTANCE, as by `kubectl cnpg promote`; waits until it is the
# primary.
set -eu
context=$1
instance=$2
k() { kubectl --context "$context" --namespace fhir-staging "$@"; }
k patch clusters.postgresql.cnpg.io fhir-db --subresource=status --type=merge --patch "{\"status\": {\"targetPrimary\": \"$instance\",
  \"targetPrimaryTimestamp\": \"$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)\",
  \"phase\": \"Switchover in progress\", \"phaseReason\": \"Switching over to $instance\"}}"
k wait clusters.postgresql.cnpg.io fhir-db --for="jsonpath={.status.currentPrimary}=$instance" --timeout=55s
