#!/bin/sh
# Starts a server once and stops it, so that the launcher keeps what makes later starts fast: rehearse.sh bin/skerry
set -eu
launcher=${1:?usage: rehearse.sh LAUNCHER}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$launcher" server --data "$scratch/data" --listen 127.0.0.1:0 --native-listen off >"$scratch/log" 2>&1 &
server=$!
waited=0
until grep -q 'is ready' "$scratch/log"; do
    if ! kill -0 "$server" 2>/dev/null || [ "$waited" -ge 300 ]; then
        cat "$scratch/log" >&2
        exit 1
    fi
    sleep 1
    waited=$((waited + 1))
done
kill -TERM "$server"
wait "$server"
