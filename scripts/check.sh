#!/bin/sh
# npm run check: types, lint, dependency rules, dead code, tests.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh --with-test-packages
node=node_modules/.bin/node
step() { printf '\n== %s\n' "$1"; }

step 'types'
$node node_modules/typescript/bin/tsc -p .
$node node_modules/typescript/bin/tsc -p services/dashboard
step 'lint and format'
$node node_modules/@biomejs/biome/bin/biome check .
step 'dependency rules'
$node scripts/check-dependencies.ts
step 'dead code'
$node node_modules/knip/bin/knip.js
step 'tests'
exec sh scripts/test.sh "$@"
