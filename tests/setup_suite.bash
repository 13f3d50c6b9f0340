# Once for a run: a scratch directory that the web server's account may enter, and a MariaDB with the fixture.

setup_suite() {
    local here
    here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    export SOURCE_DIR=${AM_SOURCE_DIR:-${here%/tests}}
    export BUILD_DIR=${AM_BUILD_DIR:-$SOURCE_DIR}
    . "$SOURCE_DIR/tests/lib/database.bash"
    require_programs
    SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/agreement-test.XXXXXX")
    export SCRATCH
    share_with_web 710 "$SCRATCH"
    database_up
    database_fill
}

teardown_suite() {
    . "$SOURCE_DIR/tests/lib/database.bash"
    [[ -n ${SCRATCH-} ]] || return 0
    database_kill
    rm -rf "$SCRATCH"
}
