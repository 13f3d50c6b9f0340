# A private MariaDB or MySQL: socket only, one directory, this account. Sourced after common.bash.
# AM_DATABASE says which: mariadb (the default) or mysql.
# The directory holds data/, sock, error.log, root.cnf, and tmp/: two servers may not share one, they name
# their temporary tables alike. $DIR/options, where it is there, has more options of the server, one a line.

AM_DATABASE=${AM_DATABASE:-mariadb}
export AM_DATABASE

dbms_path() {
    PATH=$PATH:/usr/sbin:/sbin command -v "$1" || die "$1 is missing: run tools/deps --database $AM_DATABASE"
}

# Whether the server that AM_DATABASE names is here.
dbms_is_installed() {
    case $AM_DATABASE in
    mysql) (PATH=$PATH:/usr/sbin:/sbin && command -v mysqld && command -v mysql) >/dev/null ;;
    *) (PATH=$PATH:/usr/sbin:/sbin && command -v mariadbd && command -v mariadb-install-db) >/dev/null ;;
    esac
}

# The options that DIR/options has, one an element of dbms_options.
dbms_read_options() {
    dbms_options=()
    [[ ! -e $1/options ]] || mapfile -t dbms_options <"$1/options"
}

# dbms_install DIR: an empty data directory.
dbms_install() {
    local dir=$1
    local -a command dbms_options
    dbms_read_options "$dir"
    mkdir -p "$dir/tmp"
    case $AM_DATABASE in
    mysql)
        command=("$(dbms_path mysqld)" --no-defaults --initialize-insecure --innodb-redo-log-capacity=16M --secure-file-priv=NULL
            --log-error="$dir/install.log" --tmpdir="$dir/tmp" "${dbms_options[@]}")
        ;;
    mariadb)
        command=("$(dbms_path mariadb-install-db)" --no-defaults --skip-test-db --innodb-log-file-size=16M
            --auth-root-authentication-method=normal)
        ;;
    *) die "AM_DATABASE=$AM_DATABASE: mariadb or mysql" ;;
    esac
    if ! TMPDIR=$dir/tmp "${command[@]}" --user="$(id -un)" --datadir="$dir/data" >"$dir/install.out" 2>&1; then
        tail -n 5 "$dir"/install.* >&2
        return 1
    fi
}

# The client with the options that an administrator's script needs: dbms_client OPTIONS.., the file of options first.
dbms_client() {
    case $AM_DATABASE in
    mysql) command mysql "$@" ;;
    *) command mariadb "$@" ;;
    esac
}

dbms_ping() {
    dbms_client --defaults-file="$1/root.cnf" -e 'SELECT 1'
}

dbms_ping_or_gone() {
    process_is_gone "$DBMS_PID" || dbms_ping "$1"
}

dbms_without_tls() {
    case $AM_DATABASE in
    mysql) echo --tls-version= ;;
    *) echo --skip-ssl ;;
    esac
}

# dbms_start DIR [OPTIONS..]: returns when it answers; DBMS_PID is its process.
dbms_start() {
    local dir=$1
    shift
    local -a command dbms_options
    dbms_read_options "$dir"
    ((${#dir} < 100)) || die "$dir: too long for the path of a socket"
    # The client of MariaDB 11.4 and later wants TLS of a server by the socket, too.
    printf '[client]\nsocket=%s/sock\nuser=root\n%s' "$dir" "$([[ $AM_DATABASE = mysql ]] || echo skip-ssl)" >"$dir/root.cnf"
    mkdir -p "$dir/tmp"
    case $AM_DATABASE in
    mysql) command=("$(dbms_path mysqld)" --no-defaults --mysqlx=OFF --disable-log-bin --secure-file-priv=NULL
        --innodb-redo-log-capacity=16M) ;;
    *) command=("$(dbms_path mariadbd)" --no-defaults --skip-log-bin --innodb-log-file-size=16M) ;;
    esac
    command+=(--user="$(id -un)" --datadir="$dir/data" --tmpdir="$dir/tmp" --socket="$dir/sock"
        --pid-file="$dir/pid" --log-error="$dir/error.log" --innodb-flush-log-at-trx-commit=0
        --innodb-buffer-pool-size=64M --performance-schema=OFF --character-set-server=utf8mb4
        --collation-server=utf8mb4_unicode_ci --skip-name-resolve --max-connections=200 --open-files-limit=4096
        --max-allowed-packet=64M "${dbms_options[@]}" "$@")
    # Of itself it is reached by the socket alone, and has no certificate.
    [[ " ${command[*]} " = *" --port="* ]] || command+=(--skip-networking)
    [[ " ${command[*]} " = *" --ssl-"* ]] || command+=("$(dbms_without_tls)")
    setsid "${command[@]}" </dev/null >/dev/null 2>"$dir/stderr.log" 3>&- &
    DBMS_PID=$!
    if ! wait_until 60 dbms_ping_or_gone "$dir" || process_is_gone "$DBMS_PID"; then
        local log
        for log in "$dir/error.log" "$dir/stderr.log"; do
            # It may have ended before it wrote one.
            [[ ! -s $log ]] || tail -n 5 "$log" >&2
        done
        return 1
    fi
}

# dbms_sql DIR [OPTIONS..] <STATEMENTS: as root.
dbms_sql() {
    local dir=$1
    shift
    dbms_client --defaults-file="$dir/root.cnf" --default-character-set=utf8mb4 "$@"
}

# dbms_dump DIR DATABASE: as statements that make it anew, also beside a service that writes its own tables while they come.
dbms_dump() {
    local -a command=(mariadb-dump --replace)
    [[ $AM_DATABASE != mysql ]] || command=(mysqldump --replace --set-gtid-purged=OFF --no-tablespaces)
    "${command[0]}" --defaults-file="$1/root.cnf" "${command[@]:1}" "$2"
}

# dbms_option_file DIR FILE USER PASSWORD DATABASE: what AGREEMENT_MYSQL_FILE names; nobody else may read it.
dbms_option_file() {
    (umask 077 && : >"$2")
    printf '[agreement-matrix]\nsocket=%s/sock\nuser=%s\npassword=%s\ndatabase=%s\n' \
        "$1" "$3" "$4" "$5" >"$2"
}
