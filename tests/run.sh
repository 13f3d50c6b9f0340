#!/usr/bin/env bash
# Every end-to-end test, as TAP: once what needs no web server, then the HTTP tests over each server.
# usage: tests/run.sh [NAME..]    NAME is a server, or a file without .bats
# The build is looked for in AM_BUILD_DIR, here, and in build/ beside the sources.
set -uo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../tools/lib/common.bash
. "$source_dir/tools/lib/common.bash"
# shellcheck source-path=SCRIPTDIR source=../tools/lib/servers.bash
. "$source_dir/tools/lib/servers.bash"

for directory in "${AM_BUILD_DIR-}" "$PWD" "$source_dir/build"; do
    if [[ -n $directory && -x $directory/cgi-bin/agreement-matrix.fcgi ]]; then
        AM_BUILD_DIR=$(cd "$directory" && pwd)
        break
    fi
done
export AM_BUILD_DIR AM_SOURCE_DIR=$source_dir
# Settings of whoever runs the tests are not what is tested.
for name in "${!AGREEMENT_@}"; do
    unset "$name"
done

failed=0

# TAP of the files; each name begins with PREFIX.
run_bats() {
    local prefix=$1
    shift
    SERVER=${SERVER-} bats --tap "$@" </dev/null |
        sed -E "s/^((not )?ok [0-9]+) /\1 $prefix: /" || failed=1
}

wanted() {
    local name=$1
    shift
    [[ $# = 0 || " $* " = *" $name "* ]]
}

for file in "$source_dir"/tests/*.bats; do
    name=$(basename "$file" .bats)
    if [[ $name != http_* ]] && wanted "$name" "$@"; then
        files+=("$file")
    fi
done
if [[ -n ${files-} ]]; then
    run_bats cli "${files[@]}"
fi
for server in lighttpd apache-fcgid apache-cgid lighttpd-socket apache-proxy-fcgi nginx; do
    wanted "$server" "$@" || continue
    echo "# $server"
    if server_is_installed "$server"; then
        SERVER=$server run_bats "$server" "$source_dir"/tests/http_*.bats
    else
        printf '1..1\nok 1 # SKIP %s is not installed\n' "$server"
    fi
done
exit "$failed"
