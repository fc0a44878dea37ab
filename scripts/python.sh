#!/usr/bin/env bash
# Prints a Python that has the pinned ClickHouse client, from a virtual environment in the user's cache folder. Prints
# nothing where Python is missing; the one test that wants it then says so.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v python3 >/dev/null || exit 0
want=$(sha256sum <tools/requirements.txt | cut -c1-16)
venv=${XDG_CACHE_HOME:-$HOME/.cache}/rollcall/python-$want
if [[ ! -f $venv/ready ]]; then
  { python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check -r tools/requirements.txt && touch "$venv/ready"; } >&2 || exit 0
fi
echo "$venv/bin/python"
