#!/bin/sh
# sh setup.sh FOLDER: makes FOLDER/venv with the peers, once; ends with 1 where not all of them can be installed.
# TIAToolbox brings PyTorch: some gigabytes. Python 3.11 or newer; PEERS_PYTHON names another than python3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
venv=$folder/venv
mkdir -p "$folder"
[ -x "$venv/bin/pip" ] || "${PEERS_PYTHON:-python3}" -m venv "$venv"
for what in openslide tiatoolbox; do
  wanted=$(cksum <"$here/requirements-$what.txt")
  [ "$(cat "$folder/$what.installed" 2>/dev/null || true)" = "$wanted" ] && continue
  printf 'peers: installing %s\n' "$what" >&2
  if "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements-$what.txt" >&2; then
    printf '%s\n' "$wanted" >"$folder/$what.installed"
  else
    printf 'peers: %s could not be installed here\n' "$what" >&2
    exit 1
  fi
done
