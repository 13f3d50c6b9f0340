#!/usr/bin/env bats
# A worker behind a socket that spawn-fcgi made, and its end.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

SERVER=lighttpd-socket
both='{"annotators":{"ids":[21,22]}}'

setup() {
    server_up
}

teardown() {
    server_down
}

# The worker is the last that is to be stopped.
worker() {
    echo "${SERVER_PIDS##* }"
}

@test "spawn-fcgi: a worker serves request after request" {
    for _ in 1 2 3 4 5; do
        matrix 11 101 "$both"
        assert_matrix '[[1.0,0.0],[0.0,1.0]]' 21 22
    done
}

@test "SIGTERM, SIGINT and SIGUSR1 end an idle worker at once, with success" {
    for signal in TERM INT USR1; do
        matrix 11 101 "$both"
        assert_status 200
        kill "-$signal" "$(worker)"
        wait_until 2 process_is_gone "$(worker)" || fail "SIG$signal: still there"
        local code=0
        wait "$(worker)" || code=$?
        assert_equal "$code" 0
        server_down
        server_up
    done
}

@test "SIGTERM in a request: the answer is finished first" {
    matrix 11 101 "$both"
    local waiter code=0
    sql labelstudio >/dev/null 3>&- <<<"LOCK TABLES task_completion WRITE; SELECT SLEEP(1.5)" &
    sleep 0.3
    matrix 11 101 "$both" >"$BATS_TEST_TMPDIR/output" 3>&- &
    waiter=$!
    sleep 0.4
    kill -TERM "$(worker)"
    sleep 0.3
    refute process_is_gone "$(worker)"
    wait "$waiter"
    wait "$(worker)" || code=$?
    assert_equal "$code" 0
    grep -q '200 {"matrix":\[\[1.0,0.0\],\[0.0,1.0\]\],"users":\[.*\]}$' "$BATS_TEST_TMPDIR/output"
}

@test "a stray signal does not end a worker" {
    matrix 11 101 "$both"
    kill -PIPE "$(worker)"
    matrix 11 101 "$both"
    assert_status 200
}
