#!/bin/sh
# npm start -- [SLIDE] [OPTIONS]: sets up, then runs the main job on that slide, or on a phantom that it makes.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
sh "$root/scripts/setup.sh"
# npm runs scripts in the package's folder; a slide's relative path is meant from where the person stands.
cd "${INIT_CWD:-$root}"
# What the first process compiles is there for the next: without it each takes a second longer to start.
export NODE_COMPILE_CACHE="$root/node_modules/.cache/compiled"
exec "$root/node_modules/.bin/node" "$root/services/cli/src/main.ts" start "$@"
