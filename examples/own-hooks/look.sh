#!/bin/sh
# look.sh URL: prints whether the component at this address is broken. It asks the component itself, from outside:
# Docker's state of the container is only what break.sh did, and no evidence.
set -eu
ended=0
curl --silent --output /dev/null --max-time 2 "$1" || ended=$?
case $ended in
  0) echo '{"bit": false, "gone": true}' ;;
  # Refused; no answer; timeout; reset.
  7 | 52 | 28 | 56) echo "{\"bit\": true, \"gone\": false, \"detail\": {\"curl\": $ended}}" ;;
  *)
    echo "curl ended with $ended" >&2
    exit 1
    ;;
esac
