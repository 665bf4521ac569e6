#!/bin/sh
# npm run bench [-- NAME...] [--json]: sets up, then measures.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec node_modules/.bin/node bench/main.ts "$@"
