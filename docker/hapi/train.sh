#!/bin/sh
# Runs the server as the final image will, with a little of everything a drill does, and leaves the archive of
# the classes that took in the file named as the only argument.
set -eu

export LANG=C.UTF-8
pg_ctlcluster 17 main start
runuser -u postgres -- psql --quiet --command="create role hapi login superuser password 'hapi'" \
  --command="create database hapi owner hapi encoding 'UTF8' template template0"

export SPRING_DATASOURCE_URL=jdbc:postgresql://localhost:5432/hapi
export SPRING_DATASOURCE_USERNAME=hapi
export SPRING_DATASOURCE_PASSWORD=hapi
export SPRING_DATASOURCE_DRIVER_CLASS_NAME=org.postgresql.Driver
export SPRING_JPA_PROPERTIES_HIBERNATE_DIALECT=ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect
export HAPI_FHIR_STORE_META_SOURCE_INFORMATION=SOURCE_URI_AND_REQUEST_ID
# The archive fits any collector, and any heap small enough for short references.
java -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ArchiveClassesAtExit="$1" -jar /app/hapi.jar &
server=$!

until curl --silent --fail --output /dev/null http://localhost:8080/actuator/health/readiness; do
  kill -0 "$server"
  sleep 1
done

# request METHOD PATH [BODY]
request() {
  curl --silent --show-error --fail --output /dev/null --request "$1" "http://localhost:8080/fhir/$2" \
    --header 'Content-Type: application/fhir+json' --header 'X-Request-ID: training' ${3:+--data "$3"}
}

request PUT Patient/p1 '{"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:x","value":"1"}],
  "name":[{"family":"First","given":["One"]}],"gender":"female","birthDate":"1970-01-01"}'
request PUT Patient/p1 '{"resourceType":"Patient","id":"p1","name":[{"family":"Second"}]}'
request POST Observation '{"resourceType":"Observation","status":"final","subject":{"reference":"Patient/p1"},
  "code":{"coding":[{"system":"urn:x","code":"c"}]},"effectiveDateTime":"2020-01-01T00:00:00Z",
  "valueQuantity":{"value":1,"unit":"mg","system":"urn:x","code":"mg"}}'
request POST '' '{"resourceType":"Bundle","type":"transaction","entry":[
  {"fullUrl":"urn:uuid:a28e61aa-6bd1-4e21-8b20-2b8a2a3a5a01","resource":{"resourceType":"Patient",
   "identifier":[{"system":"urn:x","value":"2"}]},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:x|2"}},
  {"resource":{"resourceType":"Patient","id":"p2"},"request":{"method":"PUT","url":"Patient/p2"}}]}'
request GET Patient/p1
request GET Patient/p1/_history
request GET Patient/p1/_history/1
request GET 'Patient?identifier=urn:x|1&_sort=-_lastUpdated&_total=accurate'
request GET 'Observation?subject=Patient/p1&_include=Observation:subject'
request GET 'Patient/p1/$everything'
request DELETE Patient/p2
request GET metadata

# Java ends with 143 when it is told to stop and does.
kill "$server"
wait "$server" || [ $? -eq 143 ]
test -s "$1"
