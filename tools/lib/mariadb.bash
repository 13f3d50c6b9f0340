# A private MariaDB: socket only, one directory, this account. Sourced after common.bash.
# The directory holds data/, sock, error.log, admin.cnf (root), and tmp/: two servers may not share one, they name
# their temporary tables alike.

mariadb_path() {
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" || die "$1 is missing: run tools/deps"
}

# mariadb_install DIR: an empty data directory.
mariadb_install() {
    local dir=$1
    mkdir -p "$dir/tmp"
    if ! TMPDIR=$dir/tmp mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$dir/data" --skip-test-db \
        --innodb-log-file-size=16M --auth-root-authentication-method=normal >"$dir/install.log" 2>&1; then
        tail -n 5 "$dir/install.log" >&2
        return 1
    fi
}

mariadb_ping() {
    mariadb --defaults-file="$1/admin.cnf" -e 'SELECT 1'
}

# mariadb_start DIR: returns when it answers; MARIADB_PID is its process.
mariadb_start() {
    local dir=$1 server
    server=$(mariadb_path mariadbd)
    ((${#dir} < 100)) || die "$dir: too long for the path of a socket"
    printf '[client]\nsocket=%s/sock\nuser=root\n' "$dir" >"$dir/admin.cnf"
    mkdir -p "$dir/tmp"
    setsid "$server" --no-defaults --user="$(id -un)" --datadir="$dir/data" --tmpdir="$dir/tmp" \
        --socket="$dir/sock" --skip-networking --pid-file="$dir/pid" --log-error="$dir/error.log" --skip-log-bin \
        --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=64M --innodb-log-file-size=16M \
        --performance-schema=OFF --character-set-server=utf8mb4 \
        --collation-server=utf8mb4_unicode_ci --skip-name-resolve --max-connections=200 \
        --open-files-limit=4096 </dev/null >/dev/null 2>"$dir/stderr.log" 3>&- &
    MARIADB_PID=$!
    if ! wait_until 30 mariadb_ping_or_gone "$dir" || process_is_gone "$MARIADB_PID"; then
        tail -n 5 "$dir/error.log" >&2
        return 1
    fi
}

mariadb_ping_or_gone() {
    process_is_gone "$MARIADB_PID" || mariadb_ping "$1"
}

# mariadb_sql DIR [OPTIONS..] <STATEMENTS: as root.
mariadb_sql() {
    local dir=$1
    shift
    mariadb --defaults-file="$dir/admin.cnf" --default-character-set=utf8mb4 "$@"
}

# mariadb_option_file DIR FILE USER PASSWORD DATABASE: what AGREEMENT_MYSQL_FILE names; nobody else may read it.
mariadb_option_file() {
    (umask 077 && : >"$2")
    printf '[agreement-matrix]\nsocket=%s/sock\nuser=%s\npassword=%s\ndatabase=%s\n' \
        "$1" "$3" "$4" "$5" >"$2"
}
