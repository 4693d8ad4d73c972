#!/bin/sh
# primary.sh CONTEXT: prints the site of the primary, by the label that CloudNativePG sets.
set -eu
primary=$(kubectl --context "$1" --namespace fhir-staging get pods --output name \
  --selector cnpg.io/cluster=fhir-db,cnpg.io/instanceRole=primary)
case $primary in
  pod/fhir-db-1) echo '{"primary": "a"}' ;;
  pod/fhir-db-2) echo '{"primary": "b"}' ;;
  *) echo '{"primary": null}' ;;
esac
