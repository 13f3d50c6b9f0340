#!/usr/bin/env bats
# semantic_similarity over HTTP: a text is sent once, and a server that fails costs a warning and a bounded wait.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash source=lib/embedding.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"
. "$BATS_TEST_DIRNAME/lib/embedding.bash"

# The settings go through a script in the place of the program, which serves every web server.
setup_file() {
    embedding_up
    export REAL_FCGI=$SCRATCH/embedding/real.fcgi
    mkdir -p "$SCRATCH/embedding"
    cp "$FCGI" "$REAL_FCGI"
    cat >"$SCRATCH/embedding/settings.fcgi" <<SETTINGS
#!/bin/sh
AGREEMENT_EMBEDDING_URL=$EMBEDDING_URL AGREEMENT_EMBEDDING_MODEL=words AGREEMENT_EMBEDDING_TIMEOUT=1000
export AGREEMENT_EMBEDDING_URL AGREEMENT_EMBEDDING_MODEL AGREEMENT_EMBEDDING_TIMEOUT
exec $REAL_FCGI
SETTINGS
    chmod 755 "$REAL_FCGI" "$SCRATCH/embedding/settings.fcgi"
    share_with_web 750 "$SCRATCH/embedding"
    export SET_FCGI=$SCRATCH/embedding/settings.fcgi
    FCGI=$SET_FCGI
    sql <<'SQL'
INSERT INTO project (id, title, label_config, organization_id) VALUES (91, 'Meaning',
    '<View><Text name="x" value="$text"/><TextArea name="t" toName="x"/><Choices name="c" toName="x"><Choice value="A"/></Choices></View>', 1);
SQL
    server_up
    get /api/projects/91/dimensions/
    T=$(jq '.[] | select(.control_tag == "t") | .id' "$body")
    [[ -n $T ]] || fail "no dimension t is listed: $(head -c 500 "$body")"
    export T
    tool_on labelstudio dimensions set --project 91 --dimension t --metric semantic_similarity --params '{"threshold":0.5}'
}

teardown_file() {
    server_down
    embedding_down
    sql <<'SQL'
DELETE FROM task_completion WHERE project_id = 91;
DELETE FROM prediction WHERE project_id = 91;
DELETE FROM task WHERE project_id = 91;
DELETE FROM project WHERE id = 91;
DELETE FROM agreement_dimension WHERE project_id = 91;
DELETE FROM agreement_project WHERE project_id = 91;
DELETE FROM agreement_embedding;
SQL
    rm -rf "$SCRATCH/embedding"
}

setup() {
    embedding_mode
    TASK=$((910 + BATS_TEST_NUMBER))
    sql <<<"INSERT IGNORE INTO task (id, project_id, data) VALUES ($TASK, 91, '{}')"
}

# result TEXT: with that text, and a choice.
result() {
    jq -nc --arg text "$1" '[{id: "1", from_name: "t", to_name: "x", type: "textarea", value: {text: [$text]}},
        {id: "2", from_name: "c", to_name: "x", type: "choices", value: {choices: ["A"]}}]'
}

# annotate USER TEXT: their annotation of the task of this test.
annotate() {
    sql labelstudio --default-character-set=utf8mb4 <<<"INSERT INTO task_completion (project_id, task_id, completed_by_id, result)
        VALUES (91, $TASK, $1, '$(result "$2")')"
}

# meaning [SELECTION] [CURL OPTIONS..]: the matrix of that dimension alone.
meaning() {
    local selection=${1-$everyone}
    shift || true
    matrix 91 "$TASK" "$selection" --data-urlencode "dimension=$T" "$@"
}

# meaning_cgi PROGRAM [VARIABLE=VALUE..]: the same from a fresh process; header and body lie in $cgi.
meaning_cgi() {
    local program=$1
    shift
    cgi=$BATS_TEST_TMPDIR/cgi
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/service.cnf" "$@" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        QUERY_STRING="dimension=$T&selection=$(jq -rn --arg s "$everyone" '$s | @uri')" \
        PATH_INFO="/projects/91/tasks/$TASK/agreement-matrix" HTTP_X_API_KEY="$ann" "$program" \
        </dev/null >"$cgi" 2>"$BATS_TEST_TMPDIR/stderr"
}

# assert_cgi MATRIX
assert_cgi() {
    grep -q '^Status: 200' "$cgi" || fail "$(cat "$cgi")"
    grep -qF "{\"matrix\":$1," "$cgi" || fail "$(cat "$cgi")"
}

three() {
    annotate 21 "$1: the quick brown fox jumps"
    annotate 22 "$1: The quick brown fox jumped!"
    annotate 23 "stock markets fell sharply ($1)"
}

agreed='[[1.0,1.0,0.0],[1.0,1.0,0.0],[0.0,0.0,1.0]]'
unknown='[[1.0,null,null],[null,1.0,null],[null,null,1.0]]'

@test "the answer, and that of score for each pair" {
    three one
    meaning
    assert_matrix "$agreed" 21 22 23
    assert_equal "$(header X-Agreement-Warning)" ""
    sql <<<"SELECT result FROM task_completion WHERE task_id = $TASK ORDER BY completed_by_id" |
        jq -c 'map(select(.from_name == "t"))' | jq -sc '. as [$a, $b, $c] | [$a, $b], [$a, $c], [$b, $c]
            | {metric: "semantic_similarity", params: {threshold: 0.5}, a: .[0], b: .[1]}' >"$BATS_TEST_TMPDIR/cases"
    assert_equal "$(AGREEMENT_EMBEDDING_URL=$EMBEDDING_URL "$TOOL" score <"$BATS_TEST_TMPDIR/cases" | xargs)" \
        "{score:1.0} {score:0.0} {score:0.0}"
}

@test "a text is sent once: one request for all, none for later requests and workers" {
    three two
    meaning
    assert_matrix "$agreed" 21 22 23
    assert_equal "$(requests_asked) $(texts_asked)" "1 3"
    for selection in '{"annotators":{"ids":[21,22]}}' '{"annotators":{"ids":[22,23]}}' '{"annotators":{"all":true,"ids":[22]}}'; do
        meaning "$selection"
        assert_status 200
    done
    for _ in 1 2; do
        meaning_cgi "$SET_FCGI"
        assert_cgi "$agreed"
    done
    assert_equal "$(requests_asked) $(texts_asked)" "1 3"
    # A new one alone.
    annotate 27 "two: the quick brown fox jumps higher"
    meaning
    assert_status 200
    assert_equal "$(requests_asked) $(texts_asked)" "2 4"
    # The same text of somebody else costs nothing.
    annotate 28 "two: the quick brown fox jumps higher"
    meaning
    assert_equal "$(requests_asked) $(texts_asked)" "2 4"
}

@test "what is kept stands under the hash of model, a zero byte and text" {
    annotate 21 "é 😀 kept"
    meaning
    assert_matrix '[[1.0]]' 21
    assert_equal "$(sql labelstudio --default-character-set=utf8mb4 <<<"SELECT n, LENGTH(\`vector\`) FROM agreement_embedding
        WHERE hash = SHA2(CONCAT('words', CHAR(0), 'é 😀 kept'), 256)" | xargs)" "256 1024"
}

@test "many participants: few requests" {
    local i
    for i in {1..150}; do
        printf "INSERT INTO prediction (project_id, task_id, model_version, result) VALUES (91, %d, 'v%d', '%s');\n" \
            "$TASK" "$i" "[{\"id\":\"1\",\"from_name\":\"t\",\"to_name\":\"x\",\"type\":\"textarea\",\"value\":{\"text\":[\"text of version $i\"]}}]"
    done | sql
    meaning '{"models":{"all":true}}'
    assert_status 200
    assert_equal "$(jq -c '[(.matrix | length), ([.matrix[][] | select(. == null)] | length)]' "$body")" '[150,0]'
    assert_equal "$(requests_asked) $(texts_asked)" "3 150"
}

# recovers WHY: the answer is null with one warning and no entity tag; and well as soon as the server is.
recovers() {
    assert_matrix "$unknown" 21 22 23
    assert_equal "$(header X-Agreement-Warning | sed 's/within [0-9]* ms/within T/')" "dimension $T: the embedding server $1"
    assert_equal "$(header ETag)" ""
    assert_equal "$(requests_asked)" 1
    embedding_mode
    meaning
    assert_matrix "$agreed" 21 22 23
    assert_equal "$(header X-Agreement-Warning)" ""
    [[ -n $(header ETag) ]]
    meaning "$everyone" -H "If-None-Match: $(header ETag)"
    assert_status 304
    sql <<<"DELETE FROM task_completion WHERE task_id = $TASK"
}

@test "a server that refuses the key, fails, or answers nonsense" {
    local mode why
    while IFS='|' read -r mode why; do
        embedding_mode "$mode"
        three "five $mode"
        meaning
        recovers "$why"
    done <<'MODES'
key=other|answered with HTTP status 401
status=503|answered with HTTP status 503
broken|answered what is no JSON
ragged|answered embeddings of different lengths
infinite|answered an embedding with something that is no finite number
cut|broke off its answer
MODES
}

@test "a slow server: a bounded wait" {
    local start took
    embedding_mode slow=15
    three six
    start=${EPOCHREALTIME/./}
    meaning
    took=$(((${EPOCHREALTIME/./} - start) / 1000))
    ((took >= 900 && took < 3000)) || fail "$took ms"
    recovers "did not answer within T"
}

@test "a dead server: said at once, and what is known is still compared" {
    local start took port
    annotate 21 "seven: the quick brown fox jumps"
    annotate 22 "seven: The quick brown fox jumped!"
    meaning
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 22
    annotate 23 "seven: not known yet"
    port=$(<"$EMBEDDING/port")
    embedding_down
    start=${EPOCHREALTIME/./}
    meaning
    took=$(((${EPOCHREALTIME/./} - start) / 1000))
    assert_matrix '[[1.0,1.0,null],[1.0,1.0,null],[null,null,1.0]]' 21 22 23
    assert_equal "$(header X-Agreement-Warning)" "dimension $T: the embedding server cannot be reached"
    ((took < 1000)) || fail "$took ms"
    # The other dimension counts alone then.
    matrix 91 "$TASK" "$everyone"
    assert_matrix '[[1.0,1.0,1.0],[1.0,1.0,1.0],[1.0,1.0,1.0]]' 21 22 23
    embedding_up "$port"
    meaning
    assert_status 200
    assert_equal "$(header X-Agreement-Warning)" ""
}

@test "no server is configured: null and a warning" {
    three eight
    meaning_cgi "$REAL_FCGI"
    assert_cgi "$unknown"
    assert_equal "$(sed -n 's/\r$//; s/^X-Agreement-Warning: //p' "$cgi")" \
        "dimension $T: no embedding server is configured (embedding_url)"
    assert_equal "$(requests_asked)" 0
}

@test "an account that may not write, or not even read: right answers all the same" {
    local right
    three nine
    # Where scores are kept, nothing is compared again.
    sql mysql <<<"REVOKE INSERT, UPDATE ON labelstudio.agreement_score FROM agreement_service@localhost"
    for right in 'INSERT, UPDATE' SELECT; do
        sql mysql <<<"REVOKE $right ON labelstudio.agreement_embedding FROM agreement_service@localhost"
        embedding_mode
        for _ in 1 2; do
            meaning_cgi "$SET_FCGI"
            assert_cgi "$agreed"
            refute grep -q '^X-Agreement-Warning' "$cgi"
            assert_equal "$(grep -c 'embeddings are not kept' "$BATS_TEST_TMPDIR/stderr")" 1
        done
        assert_equal "$(requests_asked)" 2
    done
    sql labelstudio <"$SOURCE_DIR/sql/grants.sql"
    for _ in 1 2; do
        meaning_cgi "$SET_FCGI"
        assert_cgi "$agreed"
        refute grep -q 'embeddings are not kept' "$BATS_TEST_TMPDIR/stderr"
    done
    assert_equal "$(requests_asked)" 3
}

@test "settings that are wrong are refused at the start" {
    echo sk-test >"$BATS_TEST_TMPDIR/key"
    chmod 644 "$BATS_TEST_TMPDIR/key"
    refute meaning_cgi "$REAL_FCGI" AGREEMENT_EMBEDDING_URL="$EMBEDDING_URL" AGREEMENT_EMBEDDING_KEY_FILE="$BATS_TEST_TMPDIR/key"
    grep -q 'embedding_key_file .* is open to everybody' "$BATS_TEST_TMPDIR/stderr"
    refute meaning_cgi "$REAL_FCGI" AGREEMENT_EMBEDDING_URL=ftp://127.0.0.1/v1
    grep -q 'embedding_url: an http or https URL is required' "$BATS_TEST_TMPDIR/stderr"
}
