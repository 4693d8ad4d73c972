#!/bin/sh
# The package's command. fhirdrill runs on the Node that npm installs with it, in the package or beside it, whatever Node
# the machine has. Not as a child of it: signals reach the drill, and its exit code is the command's.
dist=$(dirname -- "$(readlink -f -- "$0")")
main=$dist/harness/cli/main.js

for node in "$dist/../node_modules/node/bin/node" "$dist/../../node/bin/node"; do
  [ -x "$node" ] && exec "$node" "$main" "$@"
done

# npm may have been told to run no scripts of packages, and that one's puts it in its place.
case $(node --version 2>/dev/null) in
  v2[4-9].* | v[3-9][0-9].*) exec node "$main" "$@" ;;
esac
echo "error: fhirdrill has no Node to run on
  why: npm did not run the script of its package \"node\", and there is no Node 24 or newer on the path
   do: let npm run that script when it installs, or install Node 24 or newer" >&2
exit 70
