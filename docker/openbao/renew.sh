#!/bin/sh
# Keeps a client certificate that is valid, for a FHIR server that shares the folder /certificates: a new one of the vault each
# so many seconds, key and certificate changed together. What it got is told on standard output, a line of JSON each. With the
# argument "status" it asks once, keeps nothing, and says with which HTTP status it was answered; 0 is no answer.
#
# Handed to the vault's image, which has the client and a plain shell: no tool that only some of them have.
set -u

FOLDER="${FHIRDRILL_CERTIFICATES:-/certificates}"

# Sets status, and answer.
ask() {
  if answer="$(timeout 5 bao write -format=json pki/issue/hapi common_name=hapi private_key_format=pkcs8 \
    "ttl=${FHIRDRILL_CERTIFICATE_SECONDS}s" 2>&1)"; then
    status=200
  else
    status="$(printf '%s\n' "$answer" | sed -n 's/.*Code: \([0-9][0-9]*\).*/\1/p' | head -n 1)"
    status="${status:-0}"
  fi
}

field() {
  printf '%s\n' "$answer" | sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",]*\).*/\1/p" | head -n 1
}

# At the end of the second: a plain date knows no more, and a wait must not look shorter than it was.
tell() {
  printf '{"type":"%s","side":"%s","epochMs":%s000,%s}\n' "$1" "$FHIRDRILL_SIDE" "$(($(date +%s) + 1))" "$2"
}

# Both or neither: an empty key would end the service before its time.
keep() {
  certificate="$(field certificate)"
  key="$(field private_key)"
  until="$(field expiration)"
  [ -n "$certificate" ] && [ -n "$key" ] && [ -n "$until" ] || return 1
  pair="pair-$until-$$-$kept"
  mkdir "$FOLDER/$pair" || return 1
  printf '%b\n' "$certificate" > "$FOLDER/$pair/hapi.crt" || return 1
  # Without its frame, a key in text is the key in bytes that the driver reads.
  printf '%b\n' "$key" | sed '/-----/d' | base64 -d > "$FOLDER/$pair/hapi.pk8" || return 1
  [ -s "$FOLDER/$pair/hapi.pk8" ] || return 1
  # One that was killed in between has left it.
  rm -f "$FOLDER/next"
  ln -s "$pair" "$FOLDER/next" && mv -T "$FOLDER/next" "$FOLDER/current"
}

if [ "${1:-}" = status ]; then
  ask
  echo "$status"
  exit 0
fi

umask 022
cp /ca.crt "$FOLDER/ca.crt" 2> /dev/null
kept=0
previous=
last=
while :; do
  ask
  if [ "$status" = 200 ] && keep; then
    tell given "\"untilEpochMs\":${until}000"
    kept=$((kept + 1))
    # Who has just opened the one before may still read it.
    [ -n "$previous" ] && rm -r "${FOLDER:?}/$previous"
    previous="$last"
    last="$pair"
  else
    tell not-given "\"status\":$status"
  fi
  sleep "$FHIRDRILL_RENEW_SECONDS"
done
