# The MariaDB of a run, below $SCRATCH/db, and the option files of its three accounts. Sourced.
# shellcheck source-path=SCRIPTDIR/../..

# Some versions of bats read a file before setup_suite has run.
: "${SOURCE_DIR:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}" "${BUILD_DIR:=${AM_BUILD_DIR:-$SOURCE_DIR}}" "${SCRATCH:=}"

. "$SOURCE_DIR/tools/lib/common.bash"
. "$SOURCE_DIR/tools/lib/dbms.bash"

FCGI="$BUILD_DIR/cgi-bin/agreement-matrix.fcgi"
TOOL="$BUILD_DIR/bin/agreement-matrix"

require_programs() {
    local program
    for program in "$FCGI" "$TOOL"; do
        [[ -x $program ]] || die "$program is not built (AM_BUILD_DIR names the directory of the build)"
    done
}

database_up() {
    share_web_dir "$SCRATCH/db"
    if [[ ! -d $SCRATCH/db/data ]]; then
        database_install
    fi
    dbms_start "$SCRATCH/db"
    echo "$DBMS_PID" >"$SCRATCH/db/running"
}

# tests/run.sh has made an empty data directory for all of its suites.
database_install() {
    if [[ -n ${AM_EMPTY_DATABASE-} ]]; then
        cp -a "$AM_EMPTY_DATABASE/data" "$SCRATCH/db/data"
    else
        dbms_install "$SCRATCH/db"
    fi
}

share_web_dir() {
    mkdir -p "$1"
    share_with_web 710 "$1"
}

# As when the database server is restarted: everything is written first.
database_down() {
    stop_pid "$(<"$SCRATCH/db/running")" 30
}

# Nobody will read what is in it.
database_kill() {
    [[ ! -e $SCRATCH/db/running ]] || kill -KILL "$(<"$SCRATCH/db/running")" 2>/dev/null || true
}

# sql [DATABASE] [OPTIONS..] <STATEMENTS
sql() {
    dbms_sql "$SCRATCH/db" -N -B "${@:-labelstudio}"
}

# database_create NAME: empty, with an option file $SCRATCH/NAME.cnf for it.
database_create() {
    sql mysql <<<"CREATE DATABASE \`$1\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
    dbms_option_file "$SCRATCH/db" "$SCRATCH/$1.cnf" root '' "$1"
}

# The shipped grants, and passwords for the two accounts that they make.
database_accounts() {
    local account
    sql "$1" <"$SOURCE_DIR/sql/grants.sql"
    for account in service loader; do
        sql mysql <<<"ALTER USER 'agreement_$account'@'localhost' IDENTIFIED BY '$account-#1' ACCOUNT UNLOCK"
        dbms_option_file "$SCRATCH/db" "$SCRATCH/$account.cnf" "agreement_$account" "\"$account-#1\"" "$1"
    done
}

database_fill() {
    database_create labelstudio
    AGREEMENT_MYSQL_FILE=$SCRATCH/labelstudio.cnf "$TOOL" init
    sql labelstudio <"$SOURCE_DIR/tests/data/http/fixture.sql"
    database_accounts labelstudio
}

# tool_on DATABASE ARGUMENTS..: the command-line tool, as the administrator of that database.
tool_on() {
    local database=$1
    shift
    AGREEMENT_MYSQL_FILE=$SCRATCH/$database.cnf "$TOOL" "$@"
}

# lock_completions SECONDS: nobody else reads annotations for so long, from now on.
lock_completions() {
    sql labelstudio --unbuffered >"$SCRATCH/locked" 3>&- <<<"LOCK TABLES task_completion WRITE; SELECT 'locked'; SELECT SLEEP($1)" &
    wait_until 5 grep -q locked "$SCRATCH/locked"
}

# Whether a statement waits for such a lock.
somebody_waits() {
    sql information_schema <<<"SELECT 1 FROM processlist WHERE state LIKE 'Waiting for table%'" | grep -q 1
}
