#!/bin/sh
# The published image's entry point fills in templates and then becomes nginx. There are no templates here.
exec "$@"
