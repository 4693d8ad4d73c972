#!/bin/sh
# redundant.sh CONTEXT: exits with 0 while CloudNativePG reports both instances ready: then the follower follows.
set -eu
ready=$(kubectl --context "$1" --namespace fhir-staging get clusters.postgresql.cnpg.io fhir-db --output 'jsonpath={.status.readyInstances}')
[ "$ready" = 2 ] || { echo "${ready:-0} of 2 instances of PostgreSQL are ready" >&2; exit 1; }
