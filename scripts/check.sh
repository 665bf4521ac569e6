#!/bin/sh
# npm run check: types, lint, dependency rules, dead code, tests.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --with-test-packages
node=node_modules/.bin/node
step() { printf '\n== %s\n' "$1"; }

step 'types'
$node node_modules/typescript/bin/tsc -p services/dashboard &
dashboard=$!
$node node_modules/typescript/bin/tsc -p .
wait "$dashboard"
step 'lint and format'
$node node_modules/@biomejs/biome/bin/biome check .
step 'dependency rules and dead code'
$node node_modules/knip/bin/knip.js &
knip=$!
$node scripts/check-dependencies.ts
wait "$knip"
step 'tests'
exec sh scripts/test.sh "$@"
