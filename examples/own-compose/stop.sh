#!/bin/sh
# Does what `docker compose down --volumes` does: removes everything that start.sh created, with the data. The images
# stay.
set -eu
project=fhir-staging

containers=$(docker ps --all --quiet --filter "label=com.docker.compose.project=$project")
if [ -n "$containers" ]; then
  # Split on purpose: each id is an argument.
  # shellcheck disable=SC2086
  docker rm --force --volumes $containers >/dev/null
fi
for service in postgres-1 postgres-2 etcd-1 etcd-2 etcd-3; do
  docker volume rm --force "${project}_$service-data" >/dev/null
done
if docker network inspect "${project}_default" >/dev/null 2>&1; then
  docker network rm "${project}_default" >/dev/null
fi
