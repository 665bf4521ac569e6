#!/bin/sh
# npm test [-- FILTER...]: sets up, then runs every test.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --with-test-packages
exec node_modules/.bin/node node_modules/vitest/vitest.mjs run "$@"
