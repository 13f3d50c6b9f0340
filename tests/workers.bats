#!/usr/bin/env bats
# Workers that die, in each of the set-ups that the README shows: they come back, however often.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup() {
    export SERVER_WORKER=AGREEMENT_WORKERS=4
}

teardown() {
    server_down
}

# The processes that serve: of the program in this server's directory, without the one that keeps them.
workers() {
    local pid
    for pid in $(pgrep -f "^$SERVER_DIR/program/agreement-matrix.fcgi"); do
        # Who keeps them is the last of those that are to be stopped.
        [[ $pid = "${SERVER_PIDS##* }" ]] || echo "$pid"
    done
}

answers() {
    for _ in {1..8}; do
        [[ $(curl -s -o /dev/null -w '%{http_code}' --max-time 5 -g -H "Authorization: Token $ann" \
            "$BASE/api/projects/11/tasks/101/agreement-matrix?selection={}") = 200 ]] || return 1
    done
}

# Some answer 500 to who is asked while a worker dies; what counts is that all is well soon after the last death.
survives() {
    SERVER=$1
    server_up
    answers
    local began
    local -a list
    for _ in {1..100}; do
        mapfile -t list < <(workers)
        ((${#list[@]} == 0)) || kill -KILL "${list[RANDOM % ${#list[@]}]}" 2>/dev/null || true
        curl -s -o /dev/null --max-time 5 "$BASE/health" 3>&- &
        sleep 0.1 # the pace of the deaths
    done
    began=$EPOCHREALTIME
    wait_until 30 answers || fail "$SERVER does not come back: $(tail -n 3 "$SERVER_DIR"/run/*.log)"
    awk -v b="$began" -v e="$EPOCHREALTIME" -v s="$SERVER" 'BEGIN { printf "# %s: whole again %.2f s after the last of 100 deaths\n", s, e - b }' >&3
}

@test "mod_proxy_fcgi over spawn-fcgi: 100 deaths in ten seconds" {
    survives apache-proxy-fcgi
}

@test "nginx over spawn-fcgi: 100 deaths in ten seconds" {
    survives nginx
}

@test "lighttpd over spawn-fcgi: 100 deaths in ten seconds" {
    survives lighttpd-socket
}

@test "lighttpd, which keeps the workers: 100 deaths in ten seconds" {
    survives lighttpd
}

@test "mod_fcgid, which keeps the workers: 100 deaths in ten seconds" {
    survives apache-fcgid
}

@test "the keeper ends its workers, and ends with them" {
    SERVER=lighttpd-socket
    server_up
    answers
    local -a list
    mapfile -t list < <(workers)
    assert_equal "${#list[@]}" 4
    kill -TERM "${SERVER_PIDS##* }"
    wait_until 10 process_is_gone "${SERVER_PIDS##* }"
    local pid
    for pid in "${list[@]}"; do
        process_is_gone "$pid" || fail "worker $pid is left"
    done
}

@test "workers do not outlive a keeper that is killed" {
    SERVER=lighttpd-socket
    server_up
    answers
    local -a list
    mapfile -t list < <(workers)
    kill -KILL "${SERVER_PIDS##* }"
    local pid
    for pid in "${list[@]}"; do
        wait_until 10 process_is_gone "$pid" || fail "worker $pid is left"
    done
}
