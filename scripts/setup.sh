#!/bin/sh
# Installs what the project needs, once: three shared libraries by apt, packages by npm, the page. Quick when nothing is missing.
#   --with-test-packages   also what only the tests need: redis-server and Chromium
set -eu
cd "$(dirname "$0")/.."

fail() { printf 'setup: %s\n' "$1" >&2; exit 1; }

command -v node >/dev/null 2>&1 || fail 'Node.js 20 or newer is needed (https://nodejs.org).'
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ] ||
  fail "Node.js 20 or newer is needed; this is $(node --version)."
command -v npm >/dev/null 2>&1 || fail 'npm is needed; it comes with Node.js.'

has_library() { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q "$1"; }

missing=''
has_library 'libopenslide\.so\.[01]' || missing="$missing libopenslide0"
has_library 'libturbojpeg\.so\.0' || missing="$missing libturbojpeg0"
has_library 'libyuv\.so\.0' || missing="$missing libyuv0"
if [ "${1:-}" = --with-test-packages ]; then
  command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
  command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
fi
if [ -n "$missing" ]; then
  command -v apt-get >/dev/null 2>&1 || fail "these packages are missing and there is no apt-get to install them:$missing"
  if [ "$(id -u)" -ne 0 ]; then
    printf 'setup: system packages are missing. Run this once, then the same command again:\n\n  sudo apt-get install -y%s\n\n' "$missing" >&2
    exit 1
  fi
  printf 'setup: installing%s\n' "$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # a list of package names
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >&2 ||
    fail "apt-get could not install$missing"
fi

# The packages are installed again only when a manifest changed since the last time that it succeeded.
stamp=node_modules/.gigascope-setup
wanted=$(cat package.json package-lock.json .npmrc packages/*/package.json services/*/package.json | cksum)
if [ ! -x node_modules/.bin/node ] || [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  printf 'setup: installing packages with npm (a minute or two the first time)\n' >&2
  # `npm install`, not `npm ci`: a lock file written on one platform lacks the others' optional packages.
  npm install --no-audit --no-fund --loglevel=error >&2 || fail 'npm could not install the packages.'
  wanted=$(cat package.json package-lock.json .npmrc packages/*/package.json services/*/package.json | cksum)
  printf '%s\n' "$wanted" >"$stamp"
fi

sh scripts/build-page.sh || fail 'the page could not be built.'
