#!/bin/sh
# Runs the gigascope command on the project's own Node, whatever Node the system has.
here=$(dirname "$(readlink -f "$0")")
root=$here/../..
exec "$root/node_modules/.bin/node" "$here/src/main.ts" "$@"
