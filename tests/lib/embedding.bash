# A server of real vectors (embedding_server.py), and what it was asked. Sourced after http.bash.
# shellcheck shell=bash

EMBEDDING=$BATS_FILE_TMPDIR/embedding

# embedding_up [PORT]: the server in the background; $EMBEDDING_URL is its address. Without Python the file is
# skipped.
embedding_up() {
    mkdir -p "$EMBEDDING"
    rm -f "$EMBEDDING"/*
    (exec setsid python3 "$SOURCE_DIR/tests/lib/embedding_server.py" "$EMBEDDING" "$@") </dev/null >"$EMBEDDING/output" 2>&1 3>&- &
    echo $! >"$EMBEDDING/pid"
    wait_until 20 test -s "$EMBEDDING/port" || fail "no embedding server: $(cat "$EMBEDDING/output")"
    EMBEDDING_URL=http://127.0.0.1:$(<"$EMBEDDING/port")/v1
    export EMBEDDING_URL
}

embedding_down() {
    [[ ! -s $EMBEDDING/pid ]] || stop_pid "$(<"$EMBEDDING/pid")" 2
}

# embedding_mode [MODE]: how it answers from now on, and nothing asked yet; see embedding_server.py.
embedding_mode() {
    rm -f "$EMBEDDING/log" "$EMBEDDING/mode"
    [[ -z ${1-} ]] || printf '%s' "$1" >"$EMBEDDING/mode"
}

questions() {
    [[ ! -e $EMBEDDING/log ]] || cat "$EMBEDDING/log"
}

# Requests since then, and texts in them.
requests_asked() {
    questions | jq -s length
}

texts_asked() {
    questions | jq -s '[.[].input | length] | add // 0'
}
