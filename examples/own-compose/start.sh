#!/bin/sh
# Does what `docker compose up --detach` does with compose.yaml, by plain docker commands: the same network, volumes,
# containers and labels. If images cannot be pulled, *_IMAGE names others, as in compose.yaml.
set -eu
cd "$(dirname "$0")"
. ./.env

project=fhir-staging
etcd=${ETCD_IMAGE:-quay.io/coreos/etcd:v3.5.16}
patroni=${PATRONI_IMAGE:-fhir-staging-patroni}
haproxy=${HAPROXY_IMAGE:-haproxy:3.0.11}
hapi=${HAPI_IMAGE:-hapiproject/hapi:v8.8.0-1}
nginx=${NGINX_IMAGE:-nginx:1.30.4}

# With compose's labels a service is found, however it was started.
service() {
  name=$1
  shift
  echo "starting $name"
  docker run --detach --restart always --name "$project-$name-1" \
    --network "${project}_default" --network-alias "$name" \
    --label "com.docker.compose.project=$project" --label "com.docker.compose.service=$name" "$@" >/dev/null
}

etcd() {
  service "$1" --volume "${project}_$1-data:/var/lib/etcd" "$etcd" \
    /usr/local/bin/etcd \
    "--name=$1" \
    --data-dir=/var/lib/etcd \
    --listen-client-urls=http://0.0.0.0:2379 \
    "--advertise-client-urls=http://$1:2379" \
    --listen-peer-urls=http://0.0.0.0:2380 \
    "--initial-advertise-peer-urls=http://$1:2380" \
    --initial-cluster=etcd-1=http://etcd-1:2380,etcd-2=http://etcd-2:2380,etcd-3=http://etcd-3:2380
}

# NAME ADDRESS PORT
postgres() {
  service "$1" --ip "$2" --publish "127.0.0.1:$3:8008" --label fhirdrill.allow=true \
    --volume "$PWD/patroni.yml:/etc/patroni/patroni.yml:ro" \
    --volume "$PWD/make-database.sh:/etc/patroni/make-database.sh:ro" \
    --volume "${project}_$1-data:/var/lib/postgresql/data" \
    --env "PATRONI_NAME=$1" \
    --env "PATRONI_POSTGRESQL_CONNECT_ADDRESS=$1:5432" \
    --env "PATRONI_RESTAPI_CONNECT_ADDRESS=$1:8008" \
    --env "PATRONI_SUPERUSER_PASSWORD=$SUPERUSER_PASSWORD" \
    --env "PATRONI_REPLICATION_PASSWORD=$REPLICATION_PASSWORD" \
    --env "HAPI_PASSWORD=$HAPI_PASSWORD" \
    "$patroni"
}

# NAME ADDRESS PORT
fhir() {
  service "$1" --ip "$2" --publish "127.0.0.1:$3:8080" --label fhirdrill.allow=true \
    --env "JAVA_TOOL_OPTIONS=-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m" \
    --env "SPRING_DATASOURCE_URL=jdbc:postgresql://db:5000/hapi?connectTimeout=3&socketTimeout=10&tcpKeepAlive=true" \
    --env SPRING_DATASOURCE_USERNAME=hapi \
    --env "SPRING_DATASOURCE_PASSWORD=$HAPI_PASSWORD" \
    --env SPRING_DATASOURCE_DRIVER_CLASS_NAME=org.postgresql.Driver \
    --env SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE=20 \
    --env SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT=3000 \
    --env SPRING_DATASOURCE_HIKARI_VALIDATIONTIMEOUT=1000 \
    --env SPRING_JPA_PROPERTIES_HIBERNATE_DIALECT=ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect \
    --env HAPI_FHIR_SERVER_ID_STRATEGY=UUID \
    --env HAPI_FHIR_REUSE_CACHED_SEARCH_RESULTS_MILLIS=0 \
    --env SPRING_AI_MCP_SERVER_ENABLED=false \
    "$hapi"
}

# WHAT URL
until_answers() {
  printf 'waiting for %s' "$1"
  tries=0
  until curl --fail --silent --output /dev/null --max-time 2 "$2"; do
    tries=$((tries + 1))
    if [ "$tries" -ge 150 ]; then
      echo
      echo "$1 does not answer: $2" >&2
      exit 1
    fi
    printf .
    sleep 2
  done
  echo
}

trap '[ $? -eq 0 ] || echo "not everything was started: ./stop.sh, and try again" >&2' EXIT
docker image inspect "$patroni" >/dev/null 2>&1 ||
  docker build --build-arg "BASE=${BASE:-debian:trixie-slim}" --tag "$patroni" ../../docker/patroni
docker network create --subnet 172.16.77.0/24 --label "com.docker.compose.project=$project" "${project}_default" >/dev/null

etcd etcd-1
etcd etcd-2
etcd etcd-3
postgres postgres-1 172.16.77.21 8008
until_answers "the first member to be the primary" http://127.0.0.1:8008/primary
postgres postgres-2 172.16.77.22 8009
service db --volume "$PWD/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro" "$haproxy"
# One after the other: the first one creates the tables.
fhir fhir-1 172.16.77.11 8081
until_answers "the first FHIR server" http://127.0.0.1:8081/fhir/metadata
fhir fhir-2 172.16.77.12 8082
until_answers "the second FHIR server" http://127.0.0.1:8082/fhir/metadata
until_answers "the second member to follow" "http://127.0.0.1:8009/replica?lag=1MB"
service web --publish 127.0.0.1:8080:80 --volume "$PWD/nginx.conf:/etc/nginx/nginx.conf:ro" "$nginx"
until_answers "nginx" http://127.0.0.1:8080/fhir/metadata
echo "clients write to http://127.0.0.1:8080/fhir"
