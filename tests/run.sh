#!/usr/bin/env bash
# Every end-to-end test, as TAP: once what needs no web server, then the HTTP tests over each server.
# usage: tests/run.sh [NAME..]    NAME is a server, or a file without .bats
# The build is looked for in AM_BUILD_DIR, here, and in build/ beside the sources.
set -uo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../tools/lib/common.bash
. "$source_dir/tools/lib/common.bash"
# shellcheck source-path=SCRIPTDIR source=../tools/lib/dbms.bash
. "$source_dir/tools/lib/dbms.bash"
# shellcheck source-path=SCRIPTDIR source=../tools/lib/servers.bash
. "$source_dir/tools/lib/servers.bash"

for directory in "${AM_BUILD_DIR-}" "$PWD" "$source_dir/build"; do
    if [[ -n $directory && -x $directory/cgi-bin/agreement-matrix.fcgi ]]; then
        AM_BUILD_DIR=$(cd "$directory" && pwd)
        break
    fi
done
[[ -x ${AM_BUILD_DIR-}/cgi-bin/agreement-matrix.fcgi && -x $AM_BUILD_DIR/bin/agreement-matrix ]] || die "the programs are not built"
export AM_BUILD_DIR AM_SOURCE_DIR=$source_dir
# Settings of whoever runs the tests are not what is tested.
for name in "${!AGREEMENT_@}"; do
    unset "$name"
done

results=$(mktemp -d "${TMPDIR:-/tmp}/agreement-results.XXXXXX")
trap 'rm -rf "$results"' EXIT
trap 'exit 1' HUP INT TERM

export AM_EMPTY_DATABASE=$results/database
dbms_install "$AM_EMPTY_DATABASE"

# What needs more than Debian's packages, tools/check --all prepares.
filter=()
[[ -n ${AM_SDK_PYTHON-} ]] || filter=(--filter-tags '!all')

# suite NAME FILE..: run them beside the others, two suites at a time.
suites=()
suite() {
    local name=$1 running
    shift
    mapfile -t running < <(jobs -rp)
    ((${#running[@]} < 2)) || wait -n
    suites+=("$name")
    (SERVER=$name bats --tap --timing "${filter[@]}" "$@" </dev/null >"$results/$name" 2>&1 || touch "$results/$name.failed") &
}

# What is not here cannot be tested, and that is a failure: tools/deps installs it.
missing() {
    suites+=("$1")
    printf '1..1\nnot ok 1 %s is not installed: run tools/deps\n' "$1" >"$results/$1"
    touch "$results/$1.failed"
}

wanted() {
    local name=$1
    shift
    [[ $# = 0 || " $* " = *" $name "* ]]
}

tests=$source_dir/tests
for server in apache-cgid apache-fcgid lighttpd apache-proxy-fcgi lighttpd-socket nginx; do
    wanted "$server" "$@" || continue
    if ! server_is_installed "$server"; then
        missing "$server"
        continue
    fi
    case $server in
    # What they hand on differently, and how they live with the worker.
    apache-proxy-fcgi | lighttpd-socket | nginx) suite "$server" "$tests"/http_{answer,service}.bats ;;
    lighttpd) suite "$server" "$tests"/http_*.bats ;;
    # That nobody sees more while tables come and go takes minutes: with tools/check --all over each.
    *)
        mapfile -t files < <(find "$tests" -name 'http_*.bats' | LC_ALL=C sort)
        [[ -n ${AM_SDK_PYTHON-} ]] || mapfile -t files < <(printf '%s\n' "${files[@]}" | grep -v /http_guards)
        suite "$server" "${files[@]}"
        ;;
    esac
done
for file in "$tests"/*.bats; do
    name=$(basename "$file" .bats)
    if [[ $name != http_* ]] && wanted "$name" "$@"; then
        suite "$name" "$file"
    fi
done
wait

failed=0
for name in "${suites[@]}"; do
    # The name of the suite before that of the test.
    sed -E "s/^((not )?ok [0-9]+) /\1 $name: /" "$results/$name"
    [[ ! -e $results/$name.failed ]] || failed=1
done
exit "$failed"
