#!/bin/sh
# Builds the page into services/dashboard/dist, only when its sources changed.
set -eu
cd "$(dirname "$0")/.."
page=services/dashboard
built=$page/dist/.sources
wanted=$(find $page/src $page/public $page/index.html $page/vite.config.ts packages/contracts/src -type f | LC_ALL=C sort | xargs cat | cksum)
[ "$(cat "$built" 2>/dev/null || true)" = "$wanted" ] && exit 0
printf 'building the page\n' >&2
# NODE_ENV: under a test's own, the libraries' development checks would be in the page.
(cd $page && NODE_ENV=production ../../node_modules/.bin/node ../../node_modules/vite/bin/vite.js build --logLevel error) >&2
printf '%s\n' "$wanted" >"$built"
