#!/bin/sh
# Which environment answers where clients write: the compose project of the container that has the port.
set -eu
docker ps --filter publish=8080 --format '{{.Label "com.docker.compose.project"}}'
