#!/bin/sh
# look.sh URL: whether the component that has this address is broken. It asks the component itself, from outside: what
# Docker says of it is what break.sh did, and no evidence.
set -eu
ended=0
curl --silent --output /dev/null --max-time 2 "$1" || ended=$?
case $ended in
  0) echo '{"bit": false, "gone": true}' ;;
  # Refused; no answer; too late; reset.
  7 | 52 | 28 | 56) echo "{\"bit\": true, \"gone\": false, \"detail\": {\"curl\": $ended}}" ;;
  *)
    echo "curl ended with $ended" >&2
    exit 1
    ;;
esac
