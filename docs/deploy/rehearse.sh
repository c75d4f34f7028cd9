#!/bin/sh
# Starts a server once and stops it, so that the launcher keeps what makes later starts fast; then the first node of a
# cluster, because nodes have a cache of their own:
#   rehearse.sh bin/skerry            both
#   rehearse.sh bin/skerry single     that of a single node
#   rehearse.sh bin/skerry cluster    that of nodes of a cluster
set -eu
usage='usage: rehearse.sh LAUNCHER [both|single|cluster]'
launcher=${1:?$usage}
case "${2:-both}" in
    both) kinds='single cluster' ;;
    single | cluster) kinds=$2 ;;
    *)
        echo "$usage" >&2
        exit 2
        ;;
esac
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Starts the launcher with these arguments, and stops what it started once that is ready.
rehearse() {
    "$launcher" server --listen 127.0.0.1:0 --native-listen off "$@" >"$scratch/log" 2>&1 &
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
}

for kind in $kinds; do
    case "$kind" in
        single) rehearse --data "$scratch/single" ;;
        cluster)
            # alone in its cluster, so nobody asks for it at this address
            rehearse --data "$scratch/cluster" --set cluster.address=127.0.0.1:9 \
                --set cluster.secret=rehearsalrehearsalrehearsalrehearsal
            ;;
    esac
done
