#!/usr/bin/env bats
# A service in a rough world: bodies, clients that hang up, a database that goes and comes, logs.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    server_up
}

teardown_file() {
    server_down
}

path=/api/projects/11/tasks/101/agreement-matrix
answer='[[1.0,0.0],[0.0,1.0]]'

assert_it_works() {
    matrix 11 101 '{"annotators":{"ids":[21,22]}}'
    assert_matrix "$answer" 21 22
}

@test "health: UP, without credentials" {
    request /health
    assert_status 200
    assert_equal "$(<"$body")" '{"status":"UP"}'
    request /health/
    assert_equal "$(<"$body")" '{"status":"UP"}'
    request /health -I
    assert_status 200
}

@test "health: 503 when the schema is of another version" {
    sql <<<"UPDATE agreement_schema SET version = version + 1"
    request /health
    sql <<<"UPDATE agreement_schema SET version = version - 1"
    assert_status 503
    request /health
    assert_status 200
}

@test "requests with a body are answered, and the next one too" {
    head -c 100000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/data"
    get "$path?selection={\"annotators\":{\"ids\":[21,22]}}" -X GET -H 'Content-Type: text/plain' --data-binary "@$BATS_TEST_TMPDIR/data"
    # lighttpd hands on no GET with a body.
    if [[ $SERVER = lighttpd* ]]; then
        assert_status 400
    else
        assert_matrix "$answer" 21 22
    fi
    get "$path?selection={}" -X POST --data-binary "@$BATS_TEST_TMPDIR/data"
    assert_error 405 'Method "POST" not allowed.'
    get "$path?selection={}" -X POST -H 'Transfer-Encoding: chunked' --data-binary "@$BATS_TEST_TMPDIR/data"
    [[ $status = 405 || $status = 411 ]]
    assert_it_works
}

@test "clients that hang up harm nobody" {
    local i address=${BASE#http://}
    for i in 1 2 3 4 5 6 7 8; do
        exec 4<>"/dev/tcp/${address%:*}/${address#*:}"
        printf 'GET %s?selection={} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token %s\r\n\r\n' "$path" "$ann" >&4
        exec 4>&-
        exec 4<>"/dev/tcp/${address%:*}/${address#*:}"
        printf 'POST %s?selection={} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf' "$path" >&4
        exec 4>&-
    done
    for i in 1 2 3 4; do
        assert_it_works
    done
}

@test "many at once: all get the same answer" {
    local i
    for i in $(seq 24); do
        curl -sS -g --max-time 30 -o "$BATS_TEST_TMPDIR/$i" -H "X-Api-Key: $ann" \
            "$BASE$path?selection={\"annotators\":{\"ids\":[21,22]}}" 3>&- &
    done
    wait
    assert_it_works
    for i in $(seq 24); do
        cmp "$BATS_TEST_TMPDIR/$i" "$body"
    done
}

@test "many at once: a change is seen by every request that begins after it" {
    local i name
    local -a load=()
    for i in 1 2 3 4 5 6; do
        for _ in {1..60}; do
            curl -sG -o /dev/null --max-time 30 -H "Authorization: Token $ann" \
                --data-urlencode "selection=$everyone" "$BASE/api/projects/11/tasks/101/agreement-matrix" || true
        done 3>&- &
        load+=($!)
    done
    for i in {1..40}; do
        sql <<<"UPDATE htx_user SET first_name = 'Ann$i' WHERE id = 21"
        matrix 11 101 "$everyone"
        name=$(jq -r '.users[] | select(.id == 21).first_name' "$body")
        [[ $name = "Ann$i" ]] || break
    done
    sql <<<"UPDATE htx_user SET first_name = 'Ann' WHERE id = 21"
    wait "${load[@]}"
    assert_equal "$name" "Ann40"
}

@test "the database restarts between two requests" {
    assert_it_works
    database_down
    database_up
    assert_it_works
    assert_it_works
}

@test "the database is down: 503 that asks to retry, and says nothing of where it is" {
    assert_it_works
    database_down
    request /health
    down=$status
    matrix 11 101 '{}'
    retry=$(header Retry-After)
    cp "$body" "$body.down"
    down_matrix=$status
    get /api/projects/11/dimensions/
    down_list=$status
    database_up
    assert_equal "$down $down_matrix $down_list" "503 503 503"
    [[ $retry =~ ^[0-9]+$ ]]
    jq -e '.status_code == 503 and (.detail | length > 10)' "$body.down"
    refute grep -Eiq 'select|sock|localhost|mysql|mariadb|agreement_service' "$body.down"
    assert_it_works
    request /health
    assert_equal "$(<"$body")" '{"status":"UP"}'
}

@test "the database kills the connection between two requests" {
    assert_it_works
    sql <<<"SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE user = 'agreement_service'" |
        sql labelstudio --force || true
    assert_it_works
    assert_it_works
}

@test "a statement like in the parameters stays a text" {
    matrix 11 101 "{\"models\":{\"ids\":[\"v1' OR '1'='1\",\"v1\\\" --\",\"%\"]}}"
    assert_status 200
    assert_equal "$(jq -c '[.users[].id]' "$body")" '["model:%","model:v1\" --","model:v1'"'"' OR '"'"'1'"'"'='"'"'1"]'
    assert_equal "$(jq -c '[.matrix[][]] | unique' "$body")" '[null]'
}

@test "no token is in any log" {
    request "$path?selection={}" -H "Authorization: Token $(repeat 99 20)"
    request "$path?selection={}" -H "Authorization: Token ${ann}x y"
    request "$path?selection={}" -H "X-Api-Key: $ann"
    assert_it_works
    ls "$SERVER_DIR"/run/*.log
    grep -q agreement-matrix "$SERVER_DIR/run/access.log"
    refute grep -rIl -e "$ann" -e "$(repeat 99 20)" "$SERVER_DIR/run"/*.log "$SCRATCH/db/error.log"
}

# ids N: so many ids of five digits, of which nobody has one.
ids() {
    seq -s, 20001 $((20000 + $1))
}

# refused_as_too_long: by the web server; of all, mod_cgid has no better word than 500, and is away for a moment then.
refused_as_too_long() {
    local words="400 414 431"
    [[ $SERVER != apache-cgid ]] || words+=" 500 503"
    [[ " $words " = *" $status "* ]] || fail "status $status"
}

it_works() {
    matrix 11 101 '{"annotators":{"ids":[21,22]}}'
    [[ $status = 200 ]]
}

@test "a selection may name as many ids as README says: as JSON, and as the SDK sends them" {
    # That release takes 4 KiB; those before and after it do not mind.
    local as_json=960 as_sdk=185
    [[ $SERVER != apache-cgid || $(apache2 -v) != *Apache/2.4.69* ]] || as_json=480 as_sdk=90
    matrix 11 101 "{\"annotators\":{\"ids\":[21,22,$(ids $as_json)]}}"
    assert_matrix "$answer" 21 22
    get "$path?selection%5Bannotators%5D%5Bids%5D=21$(printf '&selection%%5Bannotators%%5D%%5Bids%%5D=%s' $(seq 20001 $((20000 + as_sdk))))"
    assert_status 200
    matrix 11 101 "{\"annotators\":{\"ids\":[21,22,$(ids 1100)]}}"
    refused_as_too_long
    get "$path?selection%5Bannotators%5D%5Bids%5D=21$(printf '&selection%%5Bannotators%%5D%%5Bids%%5D=%s' $(seq 20001 20230))"
    refused_as_too_long
    wait_until 20 it_works
    assert_it_works
}
