#!/usr/bin/env bats
# Where messages go: each set-up's own place, and the setting log, which shows what is wrong where nothing else does.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

teardown() {
    server_down
}

# A log that the web server's account may write.
log_file() {
    mkdir -p "$SCRATCH/logs"
    share_with_web 770 "$SCRATCH/logs"
    echo "$SCRATCH/logs/$BATS_TEST_NUMBER.log"
}

# Lines that speak of a wrong password, and do not tell it.
assert_told_of_password() {
    grep -q 'refused\|denied\|password' "$1" || fail "$(cat "$1")"
    refute grep -q 'not-the-password' "$1"
}

wrong_password() {
    sed 's/^password=.*/password="not-the-password"/' "$SCRATCH/service.cnf" >"$SCRATCH/wrong.cnf"
    chmod 600 "$SCRATCH/wrong.cnf"
}

# serve_with KIND OPTION_FILE: as server_up, with another option file.
serve_with() {
    SERVER=$1
    SERVER_DIR=$SCRATCH/server
    server_start "$SERVER" "$SERVER_DIR" "$SOURCE_DIR" "$FCGI" "$2"
    BASE=http://127.0.0.1:$SERVER_PORT
}

@test "a wrong password shows where each set-up logs" {
    local kind
    wrong_password
    for kind in apache-fcgid apache-cgid lighttpd; do
        serve_with "$kind" "$SCRATCH/wrong.cnf"
        request /health
        assert_status 503
        # lighttpd's errorlog has its own messages alone.
        assert_told_of_password "$SERVER_DIR/run/$([[ $kind = lighttpd ]] && echo breakage || echo error).log"
        server_down
    done
}

@test "a wrong password shows in a log of our own, where spawn-fcgi has closed standard error" {
    local kind log
    log=$(log_file)
    wrong_password
    for kind in apache-proxy-fcgi nginx lighttpd-socket; do
        rm -f "$log"
        SERVER_WORKER="AGREEMENT_LOG=$log AGREEMENT_WORKERS=2" serve_with "$kind" "$SCRATCH/wrong.cnf"
        request /health
        assert_status 503
        assert_told_of_password "$log"
        grep -Eq '^20[0-9-]{8}T[0-9:]{8}Z \[[0-9]+\] agreement-matrix: error: ' "$log"
        server_down
    done
}

@test "an option file that everybody may read shows in the log, once, and the program ends" {
    local log code=0
    log=$(log_file)
    cp "$SCRATCH/service.cnf" "$SCRATCH/open.cnf"
    chmod 644 "$SCRATCH/open.cnf"
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/open.cnf" AGREEMENT_WORKERS=4 AGREEMENT_LOG="$log" spawn-fcgi -n -s "$SCRATCH/open.sock" \
        -- "$FCGI" >/dev/null 2>&1 </dev/null 3>&- || code=$?
    assert_equal "$code" 1
    assert_equal "$(grep -c 'open to everybody' "$log")" 1
}

@test "a setting that is wrong shows in the log, too" {
    local log
    log=$(log_file)
    refute env -i AGREEMENT_LOG="$log" AGREEMENT_WORKERS=many "$FCGI" </dev/null >/dev/null 2>&1
    grep -q 'workers' "$log"
}

@test "a log that cannot be opened: the program says so and ends" {
    local where
    for where in "$SCRATCH/nowhere/log" "somewhere" ""; do
        run env -i AGREEMENT_MYSQL_FILE="$SCRATCH/service.cnf" AGREEMENT_LOG="$where" REQUEST_METHOD=GET "$FCGI" </dev/null
        [[ -n $where ]] || continue
        assert_equal "$status" 1
        [[ $output = *"log: "*"$where"* ]] || fail "$output"
    done
}

@test "a log that was moved away is opened again" {
    local log
    log=$(log_file)
    wrong_password
    SERVER_WORKER="AGREEMENT_LOG=$log" serve_with lighttpd-socket "$SCRATCH/wrong.cnf"
    request /health
    mv "$log" "$log.1"
    request /health
    [[ -s $log.1 && -s $log ]]
}
