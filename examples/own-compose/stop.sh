#!/bin/sh
# What `docker compose down --volumes` does: removes all that start.sh made, with the data. The images stay.
set -eu
project=fhir-staging

containers=$(docker ps --all --quiet --filter "label=com.docker.compose.project=$project")
if [ -n "$containers" ]; then
  # Each id is a word.
  # shellcheck disable=SC2086
  docker rm --force --volumes $containers >/dev/null
fi
for service in postgres-1 postgres-2 etcd-1 etcd-2 etcd-3; do
  docker volume rm --force "${project}_$service-data" >/dev/null
done
if docker network inspect "${project}_default" >/dev/null 2>&1; then
  docker network rm "${project}_default" >/dev/null
fi
