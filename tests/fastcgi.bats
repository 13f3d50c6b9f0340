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
    lock_completions 1.5
    matrix 11 101 "$both" >"$BATS_TEST_TMPDIR/output" 3>&- &
    waiter=$!
    wait_until 5 somebody_waits
    kill -TERM "$(worker)"
    refute process_is_gone "$(worker)"
    wait "$waiter"
    wait "$(worker)" || code=$?
    assert_equal "$code" 0
    grep -q '200 {"matrix":\[\[1.0,0.0\],\[0.0,1.0\]\],"users":\[.*\]}$' "$BATS_TEST_TMPDIR/output"
}

# Two texts of a million letters: the edit distance of them takes a minute.
@test "max_seconds: a request that takes longer is a 503 that says so, and its worker goes on" {
    server_down
    SERVER_WORKER="AGREEMENT_MAX_SECONDS=1 AGREEMENT_MAX_COST=0" server_up
    local i pid
    pid=$(worker)
    {
        printf "INSERT INTO project (id, title, organization_id, label_config) VALUES (70, 'Long', 1, '%s');" \
            '<View><Text name="t" value="$t"/><TextArea name="c" toName="t"/></View>'
        printf "INSERT INTO task (id, project_id, data) VALUES (701, 70, '{}');"
        for i in 21 22; do
            printf "INSERT INTO task_completion (id, task_id, project_id, completed_by_id, result) VALUES (70%s, 701, 70, %s, '" $i $i
            printf '[{"id":"1","from_name":"c","type":"textarea","value":{"text":["%s"]}}]' \
                "$(awk -v s=$i 'BEGIN { srand(s); for (i = 0; i < 1000000; i++) printf "%c", 97 + int(rand() * 26) }')"
            printf "');"
        done
    } | sql
    matrix 70 701 "$both"
    sql <<<'DELETE FROM task_completion WHERE task_id = 701; DELETE FROM task WHERE id = 701; DELETE FROM project WHERE id = 70'
    assert_error 503 'The answer takes longer than max_seconds = 1.'
    [[ -n $(header Retry-After) ]]
    matrix 11 101 "$both"
    assert_matrix '[[1.0,0.0],[0.0,1.0]]' 21 22
    assert_equal "$(worker)" "$pid"
    refute process_is_gone "$pid"
}

@test "a stray signal does not end a worker" {
    matrix 11 101 "$both"
    kill -PIPE "$(worker)"
    matrix 11 101 "$both"
    assert_status 200
}
