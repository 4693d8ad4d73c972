#!/bin/sh
# Prints the environment that clients write to: the compose project of the container that publishes the port.
set -eu
docker ps --filter publish=8080 --format '{{.Label "com.docker.compose.project"}}'
