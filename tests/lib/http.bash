# Asking a web server, and what to expect of its answers. Sourced.
# shellcheck disable=SC2034

# shellcheck source-path=SCRIPTDIR source=database.bash
. "$(dirname "${BASH_SOURCE[0]}")/database.bash"
. "$SOURCE_DIR/tools/lib/servers.bash"

SERVER=${SERVER:-lighttpd}

# repeat TEXT TIMES
repeat() {
    local text
    printf -v text "%$2s" ""
    echo "${text// /$1}"
}

ann=$(repeat a1 20)
# As jq writes them since 1.7, numbers keep their text: 1.0 is not 1.
plain_numbers='walk(if type == "number" then . + 0 else . end)'
everyone='{"annotators":{"all":true}}'

# The server of a file, $SERVER, with the service's own account; $BASE is its address.
server_up() {
    SERVER_DIR=$SCRATCH/server
    server_start "$SERVER" "$SERVER_DIR" "$SOURCE_DIR" "$FCGI" "$SCRATCH/service.cnf"
    BASE=http://127.0.0.1:$SERVER_PORT
    export SERVER_DIR SERVER_PIDS BASE
}

server_down() {
    # shellcheck disable=SC2086
    server_stop ${SERVER_PIDS-}
    rm -rf "$SCRATCH/server"
}

# request TARGET [CURL OPTIONS..]: sets $status; header and body lie in files.
request() {
    local target=$1
    shift
    # Before the first test of a file there is no directory of a test.
    headers=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/headers
    body=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}/body
    : >"$body"
    status=$(curl -sS -g --path-as-is --max-time 30 -o "$body" -D "$headers" -w '%{http_code}' "$@" "$BASE$target")
    sed 's/\r$//' "$headers" >"$headers.text"
    echo "$target: $status $(head -c 1000 "$body")"
}

# get TARGET [CURL OPTIONS..]: as Ann.
get() {
    request "$@" -H "Authorization: Token $ann"
}

# matrix PROJECT TASK SELECTION [CURL OPTIONS..]: as Ann, with the selection as JSON.
matrix() {
    local target=/api/projects/$1/tasks/$2/agreement-matrix selection=$3
    shift 3
    get "$target" -G --data-urlencode "selection=$selection" "$@"
}

header() {
    sed -n "s/^$1: *//Ip" "$headers.text"
}

fail() {
    printf '%s\n' "$*"
    return 1
}

assert_status() {
    [[ $status = "$1" ]] || fail "status $status instead of $1"
}

# refute COMMAND..: it must fail. (Bats does not see a ! that is not the last command.)
refute() {
    ! "$@" || fail "unexpected: $*"
}

assert_equal() {
    [[ $1 = "$2" ]] || fail "not equal:" $'\n'"is:       $1" $'\n'"expected: $2"
}

# assert_matrix '[[1.0,0.5],[0.5,1.0]]' [ID..]: the bytes of the matrix, and the ids of its users in order.
assert_matrix() {
    local expected=$1 text
    shift
    assert_status 200
    text=$(<"$body")
    [[ $text = "{\"matrix\":$expected,\"users\":["* ]] || fail "expected $expected"
    assert_equal "$(jq -r '.users[].id' "$body")" "$(printf '%s\n' "$@")"
}

# assert_error STATUS DETAIL [VALIDATION ERRORS]: the bytes of the body, but for its id and version.
assert_error() {
    local detail=${2//\"/\\\"} text uuid='[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
    assert_status "$1"
    assert_equal "$(header Content-Type)" application/json
    text=$(<"$body")
    [[ $text =~ ^\{\"id\":\"$uuid\",\"status_code\":$1,\"version\":\"[^\"]+\",(.*)$ ]] || fail "not the body of an error"
    assert_equal "${BASH_REMATCH[1]}" "\"detail\":\"$detail\",\"exc_info\":null${3:+,\"validation_errors\":$3}}"
}
