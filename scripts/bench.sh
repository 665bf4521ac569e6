#!/bin/sh
# npm run bench [-- NAME...] [--json] [--small | --large]: sets up, then measures. --write-docs: see bench/main.ts.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
exec node_modules/.bin/node bench/main.ts "$@"
