#!/usr/bin/env bats
# The ways of MySQL and MariaDB that a host may have turned on: loading, granting and answering work with each.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

# What each mode reads in its own way.
title="O\"Brien's \\ \"stalls\" || more"

# One server of its own: lower_case_table_names counts from its first start, and it has a certificate and a port.
setup_file() {
    export HABITS=$SCRATCH/habits
    mkdir -p "$HABITS"
    share_with_web 710 "$HABITS"
    certificates
    case $AM_DATABASE in
    mysql) echo --lower-case-table-names=1 >"$HABITS/options" ;;
    *) : >"$HABITS/options" ;;
    esac
    dbms_install "$HABITS"
    local tries=5
    while :; do
        PORT=$(free_port)
        printf -- '--%s\n' lower-case-table-names=1 bind-address=127.0.0.1 "port=$PORT" "ssl-ca=$HABITS/ca.pem" \
            "ssl-cert=$HABITS/server.pem" "ssl-key=$HABITS/server.key" >"$HABITS/options"
        ! dbms_start "$HABITS" || break
        ((--tries > 0)) || die "the database does not start"
    done
    export PORT DBMS_PID
    # What the command line says of the sample project; every database must say the same.
    "$TOOL" compute "$SOURCE_DIR/examples/export.json" --label-config "$SOURCE_DIR/examples/label-config.xml" \
        --task 7 --selection '{"annotators":{"all":true},"models":{"all":true},"ground_truth":true}' >"$HABITS/expected"
    [[ -s $HABITS/expected ]]
}

teardown_file() {
    kill -KILL "$DBMS_PID"
    rm -rf "$HABITS"
}

# An authority, a certificate of it for this host, and an authority that signed nothing.
certificates() {
    local name
    for name in ca other; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=authority $name" \
            -keyout "$HABITS/$name.key" -out "$HABITS/$name.pem" 2>/dev/null
    done
    openssl req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout "$HABITS/server.key" -out "$HABITS/server.csr" 2>/dev/null
    openssl x509 -req -days 2 -in "$HABITS/server.csr" -CA "$HABITS/ca.pem" -CAkey "$HABITS/ca.key" -CAcreateserial \
        -extfile <(echo subjectAltName=IP:127.0.0.1) -out "$HABITS/server.pem" 2>/dev/null
}

habit_sql() {
    dbms_sql "$HABITS" -N -B "${@:-mysql}"
}

# global VARIABLE=VALUE, for connections from now on.
global() {
    habit_sql <<<"SET GLOBAL $1"
}

# The answer of the service to the question of setup_file, as plain CGI over FILE; $status and $body.
ask() {
    local query='selection=%7B%22annotators%22%3A%7B%22all%22%3Atrue%7D%2C%22models%22%3A%7B%22all%22%3Atrue%7D%2C%22ground_truth%22%3Atrue%7D'
    body=$BATS_TEST_TMPDIR/body
    env -i PATH="$PATH" AGREEMENT_MYSQL_FILE="$1" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        PATH_INFO=/projects/1/tasks/7/agreement-matrix QUERY_STRING="$query" HTTP_AUTHORIZATION="Token $key" \
        GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 "$FCGI" </dev/null >"$BATS_TEST_TMPDIR/answer" 2>"$BATS_TEST_TMPDIR/log" || true
    cat "$BATS_TEST_TMPDIR/log"
    status=$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$BATS_TEST_TMPDIR/answer")
    sed '1,/^\r$/d' "$BATS_TEST_TMPDIR/answer" >"$body"
}

assert_expected() {
    [[ $status = 200 ]] || fail "$status $(head -c 500 "$body")"
    # compute ends its line.
    diff "$HABITS/expected" <(cat "$body" && echo)
}

# made NAME [COLLATION [SQL]]: a database as the README makes one, between tables and data SQL; $key is a token.
made() {
    habit_sql <<<"CREATE DATABASE \`$1\` CHARACTER SET utf8mb4 COLLATE ${2:-utf8mb4_unicode_ci}"
    dbms_option_file "$HABITS" "$HABITS/$1.cnf" root '' "$1"
    local -x AGREEMENT_MYSQL_FILE=$HABITS/$1.cnf
    "$TOOL" init
    [[ -z ${3-} ]] || habit_sql "$1" <<<"$3"
    "$TOOL" import "$SOURCE_DIR/examples/export.json" --project 1 \
        --label-config "$SOURCE_DIR/examples/label-config.xml" --title "$title"
    key=$("$TOOL" token create --user chen.wei@example.com)
    account "$1" localhost "socket=$HABITS/sock"
}

# account DATABASE HOST HOW: the shipped grants for HOST, the option file $HABITS/service.cnf.
account() {
    sed "s/@'localhost'/@'$2'/g; s/@''localhost''/@''$2''/g" "$SOURCE_DIR/sql/grants.sql" | habit_sql "$1"
    habit_sql <<<"ALTER USER 'agreement_service'@'$2' IDENTIFIED BY 'a password #1' ACCOUNT UNLOCK"
    (umask 077 && printf '[agreement-matrix]\n%s\nuser=agreement_service\npassword="a password #1"\ndatabase=%s\n' \
        "$3" "$1" >"$HABITS/service.cnf")
}

# works NAME [COLLATION [SQL]]: all that the programs do with a database, made anew and dropped.
works() {
    made "$@"
    ask "$HABITS/service.cnf"
    assert_expected
    local -x AGREEMENT_MYSQL_FILE=$HABITS/$1.cnf
    "$TOOL" init
    "$TOOL" import "$SOURCE_DIR/examples/export.json" --project 1 --label-config "$SOURCE_DIR/examples/label-config.xml" --prune
    "$TOOL" projects list | grep -F "$title"
    "$TOOL" dimensions list --project 1
    ask "$HABITS/service.cnf"
    assert_expected
    "$TOOL" projects delete --project 1
    ask "$HABITS/service.cnf"
    [[ $status = 404 ]] || fail "$status"
    habit_sql <<<"DROP DATABASE \`$1\`"
}

@test "each mode of SQL, and all of them" {
    local mode before
    before=$(habit_sql <<<'SELECT @@GLOBAL.sql_mode')
    for mode in ANSI_QUOTES NO_BACKSLASH_ESCAPES PIPES_AS_CONCAT ONLY_FULL_GROUP_BY IGNORE_SPACE TRADITIONAL '' \
        ANSI,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,ONLY_FULL_GROUP_BY,TRADITIONAL; do
        global "sql_mode='$mode'"
        echo "# $mode"
        [[ $(habit_sql <<<'SELECT @@sql_mode') = *"${mode%%,*}"* ]]
        works mode
    done
    global "sql_mode='$before'"
}

@test "the default collations: utf8mb4_0900_ai_ci of MySQL, and what compares without regard to case or accents" {
    local collation all
    all=$(habit_sql <<<"SELECT collation_name FROM information_schema.collations WHERE collation_name IN
        ('utf8mb4_0900_ai_ci', 'utf8mb4_0900_as_cs', 'utf8mb4_general_ci', 'utf8mb4_unicode_520_ci', 'utf8mb4_bin')")
    [[ $AM_DATABASE != mysql || $all = *utf8mb4_0900_ai_ci* ]]
    for collation in $all; do
        echo "# $collation"
        works collation "$collation"
    done
}

@test "every table has a primary key where the server wants one" {
    case $AM_DATABASE in
    mysql) global sql_require_primary_key=ON ;;
    *) global innodb_force_primary_key=ON ;;
    esac
    works keys
    case $AM_DATABASE in
    mysql) global sql_require_primary_key=OFF ;;
    *) global innodb_force_primary_key=OFF ;;
    esac
}

@test "lower_case_table_names=1" {
    assert_equal "$(habit_sql <<<'SELECT @@lower_case_table_names')" 1
    works mixedCase
}

@test "columns of the type JSON, which write what they were given anew" {
    works json utf8mb4_unicode_ci "ALTER TABLE task_completion MODIFY result json NULL;
        ALTER TABLE prediction MODIFY result json NULL;
        ALTER TABLE task MODIFY data json NOT NULL"
}

@test "TLS over TCP: with the authority's certificate, and not with another's" {
    made tls
    local verify
    if [[ $AM_DATABASE = mysql ]]; then
        verify=ssl-mode=VERIFY_IDENTITY
    else
        verify=ssl-verify-server-cert
    fi
    account tls 127.0.0.1 "$(printf 'host=127.0.0.1\nport=%s\nssl-ca=%s\n%s' "$PORT" "$HABITS/ca.pem" "$verify")"
    habit_sql <<<"ALTER USER agreement_service@'127.0.0.1' REQUIRE SSL"
    # Twice: of MySQL the second login takes the server's short way.
    for _ in 1 2; do
        ask "$HABITS/service.cnf"
        assert_expected
    done
    sed "s#^ssl-ca=.*#ssl-ca=$HABITS/other.pem#" "$HABITS/service.cnf" >"$HABITS/other.cnf"
    chmod 600 "$HABITS/other.cnf"
    ask "$HABITS/other.cnf"
    [[ $status = 503 ]] || fail "$status"
    # A secret that is told to nobody.
    ! grep -F 'a password' "$BATS_TEST_TMPDIR/log" "$body" || fail "the log has the password"
    habit_sql <<<"DROP DATABASE tls; DROP USER agreement_service@'127.0.0.1', agreement_loader@'127.0.0.1'"
}

@test "an account of the server's own plugin for passwords, whose first login is its longest" {
    made plugin
    case $AM_DATABASE in
    mysql)
        assert_equal "$(habit_sql <<<"SELECT plugin FROM user WHERE user = 'agreement_service'")" caching_sha2_password
        ;;
    *)
        assert_equal "$(habit_sql <<<"SELECT plugin FROM user WHERE user = 'agreement_service'")" mysql_native_password
        ;;
    esac
    habit_sql <<<'FLUSH PRIVILEGES'
    for _ in 1 2; do
        ask "$HABITS/service.cnf"
        assert_expected
    done
    habit_sql <<<"DROP DATABASE plugin"
}
