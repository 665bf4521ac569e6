#!/bin/sh
# npm test [-- FILTER...]: sets up, then runs every test; with TEST_FULL set each at its full size.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --with-test-packages
# Tests start hundreds of processes of ours: each takes what the first compiled.
export NODE_COMPILE_CACHE="$PWD/node_modules/.cache/compiled"
exec node_modules/.bin/node node_modules/vitest/vitest.mjs run "$@"
