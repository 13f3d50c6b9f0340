#!/usr/bin/env bats
# semantic_similarity without a database: score and compute, and a server that answers in every way.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash source=lib/embedding.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"
. "$BATS_TEST_DIRNAME/lib/embedding.bash"

setup_file() {
    embedding_up
}

teardown_file() {
    embedding_down
}

setup() {
    export AGREEMENT_EMBEDDING_URL=$EMBEDDING_URL AGREEMENT_EMBEDDING_MODEL=words
    embedding_mode
}

# case_of THRESHOLD A B: a line for score; A and B are the JSON of `text`.
case_of() {
    jq -nc --argjson t "$1" --argjson a "$2" --argjson b "$3" \
        'def value: [{id: "1", from_name: "t", to_name: "x", type: "textarea", value: {text: .}}];
        {metric: "semantic_similarity", params: {threshold: $t}, control: {}, a: ($a | value), b: ($b | value)}'
}

# scored THRESHOLD A B: the answer.
scored() {
    case_of "$@" | "$TOOL" score 2>"$BATS_TEST_TMPDIR/stderr"
}

near='["the quick brown fox jumps"]'
too='["The quick brown fox jumped!"]'
far='["stock markets fell sharply"]'

@test "near texts agree, far ones do not, and the threshold decides" {
    assert_equal "$(scored 0.5 "$near" "$too")" '{"score":1.0}'
    assert_equal "$(scored 0.99 "$near" "$too")" '{"score":0.0}'
    assert_equal "$(scored 0.5 "$near" "$far")" '{"score":0.0}'
    assert_equal "$(scored 0.5 "$far" "$near")" '{"score":0.0}'
}

@test "the cosine is that of the vectors" {
    # By the server's own function, in another language.
    local cosine
    cosine=$(cd "$SOURCE_DIR/tests/lib" && PYTHONDONTWRITEBYTECODE=1 python3 - "$near" "$too" <<'PYTHON'
import json, math, sys
from embedding_server import embed
a, b = (embed(json.loads(text)[0], 256) for text in sys.argv[1:])
print(sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b)))
PYTHON
    )
    assert_equal "$(scored "$(jq -n "$cosine - 1e-6")" "$near" "$too")" '{"score":1.0}'
    assert_equal "$(scored "$(jq -n "$cosine + 1e-6")" "$near" "$too")" '{"score":0.0}'
}

@test "equal texts, blank texts, no texts, surplus lines" {
    assert_equal "$(scored 1 "$near" "$near")" '{"score":1.0}'
    assert_equal "$(scored 1 '["!!!"]' '["!!!"]')" '{"score":1.0}'
    assert_equal "$(scored 0.1 '["!!!"]' '["???"]')" '{"score":0.0}'
    assert_equal "$(scored 1 '[""]' '[""]')" '{"score":1.0}'
    assert_equal "$(scored 0.1 '[""]' "$near")" '{"score":0.0}'
    assert_equal "$(scored 1 '[]' '[]')" '{"score":1.0}'
    assert_equal "$(scored 0.5 '["a cat","a dog"]' '["a cat"]')" '{"score":1.0}'
    assert_equal "$(scored 0.51 '["a cat","a dog"]' '["a cat"]')" '{"score":0.0}'
}

@test "what is sent: path, model, both texts in one request, the key" {
    (umask 077 && printf '  sk-test-1\n' >"$BATS_TEST_TMPDIR/key")
    export AGREEMENT_EMBEDDING_KEY_FILE=$BATS_TEST_TMPDIR/key
    embedding_mode key=sk-test-1
    assert_equal "$(scored 0.5 '["naïve \"quoted\" 😀"]' '["two\nlines"]')" '{"score":0.0}'
    assert_equal "$(jq -c . "$EMBEDDING/log")" \
        '{"path":"/v1/embeddings","model":"words","input":["naïve \"quoted\" 😀","two\nlines"],"authorization":"Bearer sk-test-1"}'
}

@test "the answer's order does not count, its indexes do" {
    embedding_mode reversed
    assert_equal "$(scored 0.5 "[\"x\",${near:1:-1}]" "[\"x\",${too:1:-1}]")" '{"score":1.0}'
    assert_equal "$(scored 0.99 "[\"x\",${near:1:-1}]" "[\"x\",${far:1:-1}]")" '{"score":0.0}'
}

@test "a text is sent once in a run, however many lines have it" {
    for _ in 1 2 3; do
        case_of 0.5 "$near" "$too"
        case_of 0.6 "$too" "$near"
        case_of 0.5 "$near" "$far"
    done | "$TOOL" score >"$BATS_TEST_TMPDIR/scores"
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/scores")" 9
    assert_equal "$(texts_asked)" 3
}

@test "many texts go out in batches of 64" {
    local many
    many=$(jq -nc '[range(150) | "text number \(.)"]')
    embedding_mode limit=64
    assert_equal "$(scored 0.9 "$many" "$many")" '{"score":1.0}'
    assert_equal "$(texts_asked)" 150
    assert_equal "$(requests_asked)" 3
}

@test "answers that cannot be used: an error that says why" {
    local mode why
    while IFS='|' read -r mode why; do
        embedding_mode "$mode"
        assert_equal "$(scored 0.5 "$near" "$far")" "{\"error\":\"the embedding server $why\"}"
        assert_equal "$(requests_asked)" 1
    done <<'MODES'
broken|answered what is no JSON
huge|answered more than 16777216 bytes
ragged|answered embeddings of different lengths
infinite|answered an embedding with something that is no finite number
words|answered an embedding with something that is no finite number
nothing|answered an embedding that is no list of numbers
short|answered without an embedding for each text
repeated|answered an index that was not asked for
cut|broke off its answer
status=500|answered with HTTP status 500
status=429|answered with HTTP status 429
redirect|answered with HTTP status 302
key=secret|answered with HTTP status 401
MODES
}

@test "a wrong path is said, too" {
    export AGREEMENT_EMBEDDING_URL=${EMBEDDING_URL%/v1}
    assert_equal "$(scored 0.5 "$near" "$far")" '{"error":"the embedding server answered with HTTP status 404"}'
    # Slashes at the end are no matter.
    export AGREEMENT_EMBEDDING_URL=$EMBEDDING_URL//
    assert_equal "$(scored 0.5 "$near" "$far")" '{"score":0.0}'
}

# within SECONDS COMMAND..: it takes no longer.
within() {
    local start=${EPOCHREALTIME/./} most=$1
    shift
    "$@"
    ((${EPOCHREALTIME/./} - start < most * 1000000)) || fail "more than $most s: $*"
}

@test "a slow server costs the timeout, also if it keeps on talking" {
    export AGREEMENT_EMBEDDING_TIMEOUT=500
    local mode
    for mode in slow=20 drip=0.1; do
        embedding_mode "$mode"
        # A run does not ask again.
        for _ in 1 2 3 4 5; do
            case_of 0.5 "$near" "$far"
        done >"$BATS_TEST_TMPDIR/lines"
        within 2 "$TOOL" score <"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/answers"
        assert_equal "$(sort -u "$BATS_TEST_TMPDIR/answers" | sed 's/within [0-9]* ms/within T/')" \
            '{"error":"the embedding server did not answer within T"}'
        assert_equal "$(requests_asked)" 1
    done
    # In time is in time.
    embedding_mode slow=0.1
    assert_equal "$(scored 0.5 "$near" "$far")" '{"score":0.0}'
}

@test "nobody listens: said at once" {
    export AGREEMENT_EMBEDDING_URL
    AGREEMENT_EMBEDDING_URL=http://127.0.0.1:$(free_port)/v1
    within 2 scored 0.5 "$near" "$far" >"$BATS_TEST_TMPDIR/answer"
    assert_equal "$(<"$BATS_TEST_TMPDIR/answer")" '{"error":"the embedding server cannot be reached"}'
}

@test "settings that are wrong are named, where they count" {
    export AGREEMENT_EMBEDDING_URL=ftp://127.0.0.1/v1
    assert_equal "$(scored 0.5 "$near" "$far")" '{"error":"embedding_url: an http or https URL is required"}'
    # Other metrics do not ask for them.
    assert_equal "$(echo '{"metric":"exact_match","a":[],"b":[]}' | "$TOOL" score)" '{"score":1.0}'
    export AGREEMENT_EMBEDDING_URL=$EMBEDDING_URL
    echo sk-test >"$BATS_TEST_TMPDIR/key"
    chmod 644 "$BATS_TEST_TMPDIR/key"
    export AGREEMENT_EMBEDDING_KEY_FILE=$BATS_TEST_TMPDIR/key
    assert_equal "$(scored 0.5 "$near" "$far")" \
        "{\"error\":\"embedding_key_file $BATS_TEST_TMPDIR/key is open to everybody (chmod 0640)\"}"
    unset AGREEMENT_EMBEDDING_URL AGREEMENT_EMBEDDING_KEY_FILE
    assert_equal "$(scored 0.5 "$near" "$far")" '{"error":"no embedding server is configured (embedding_url)"}'
    assert_equal "$(requests_asked)" 0
}

@test "the key is nowhere to be read" {
    (umask 077 && echo sk-very-secret >"$BATS_TEST_TMPDIR/key")
    export AGREEMENT_EMBEDDING_KEY_FILE=$BATS_TEST_TMPDIR/key AGREEMENT_LOG_LEVEL=debug
    local mode
    for mode in key=other status=500 cut slow=9; do
        embedding_mode "$mode"
        case_of 0.5 "$near" "$far" | AGREEMENT_EMBEDDING_TIMEOUT=300 "$TOOL" score >"$BATS_TEST_TMPDIR/out" 2>&1
        grep -q '"error"' "$BATS_TEST_TMPDIR/out"
        refute grep -q very-secret "$BATS_TEST_TMPDIR/out"
    done
}

# ---- compute

compute() {
    "$TOOL" compute "$SOURCE_DIR/examples/export.json" --label-config "$SOURCE_DIR/examples/label-config.xml" \
        --dimension sign --metric semantic_similarity "$@" 2>"$BATS_TEST_TMPDIR/stderr"
}

@test "compute: what score says of each pair" {
    local task=1 i k line values
    values=$(jq -c --argjson task "$task" '.[] | select(.id == $task) | [.annotations[] | select(.was_cancelled | not)]
        | group_by(.completed_by | if type == "object" then .id else . end)
        | [.[] | max_by(.updated_at) | [.result[] | select(.from_name == "sign")]]' "$SOURCE_DIR/examples/export.json")
    compute --task "$task" --params '{"threshold":0.5}' --selection '{"annotators":{"all":true}}' >"$BATS_TEST_TMPDIR/matrix"
    assert_equal "$(jq -c '.matrix | length' "$BATS_TEST_TMPDIR/matrix")" "$(jq length <<<"$values")"
    for ((i = 0; i < $(jq length <<<"$values"); i++)); do
        for ((k = 0; k < i; k++)); do
            line=$(jq -c --argjson i "$i" --argjson k "$k" \
                '{metric: "semantic_similarity", params: {threshold: 0.5}, a: .[$i], b: .[$k]}' <<<"$values")
            assert_equal "$("$TOOL" score <<<"$line" | jq .score)" \
                "$(jq --argjson i "$i" --argjson k "$k" '.matrix[$i][$k]' "$BATS_TEST_TMPDIR/matrix")"
        done
    done
}

@test "compute: one request a task, and each text once in all" {
    compute --format csv >/dev/null
    (($(requests_asked) <= 8)) || fail "$(requests_asked) requests"
    assert_equal "$(jq -s '[.[].input[]] | length' "$EMBEDDING/log")" "$(jq -s '[.[].input[]] | unique | length' "$EMBEDDING/log")"
}

@test "compute: without an answer null, one warning a task, and a success all the same" {
    export AGREEMENT_EMBEDDING_TIMEOUT=300
    embedding_mode slow=20
    within 3 compute --format json >"$BATS_TEST_TMPDIR/all"
    # Where nobody wrote anything, nothing is to be asked.
    nulls=$(jq -c "$plain_numbers"' | [.matrix[][]] | unique' "$BATS_TEST_TMPDIR/all" | LC_ALL=C sort | uniq -c | xargs)
    assert_equal "$nulls" '1 [1] 7 [null,1]'
    assert_equal "$(grep -c 'warning: dimension [0-9]*: the embedding server did not answer' "$BATS_TEST_TMPDIR/stderr")" 7
    assert_equal "$(requests_asked)" 1
    unset AGREEMENT_EMBEDDING_URL
    compute --task 1 >"$BATS_TEST_TMPDIR/one"
    assert_equal "$(jq -c "$plain_numbers"' | [.matrix[][]] | unique' "$BATS_TEST_TMPDIR/one")" '[null,1]'
    assert_equal "$(sed 's/dimension [0-9]*/dimension N/' "$BATS_TEST_TMPDIR/stderr")" \
        'agreement-matrix compute: warning: dimension N: no embedding server is configured (embedding_url)'
}

@test "compute: a metric must fit its control, and have a dimension" {
    run compute --params '{"qval":1}'
    assert_equal "$status" 1
    grep -q 'takes no parameter "qval"' "$BATS_TEST_TMPDIR/stderr"
    run "$TOOL" compute "$SOURCE_DIR/examples/export.json" --label-config "$SOURCE_DIR/examples/label-config.xml" \
        --dimension fruit --metric semantic_similarity
    assert_equal "$status" 1
    [[ $output = *'does not fit'* ]]
    run "$TOOL" compute "$SOURCE_DIR/examples/export.json" --metric semantic_similarity
    assert_equal "$status" 2
    run "$TOOL" compute "$SOURCE_DIR/examples/export.json" --dimension sign --params '{}'
    assert_equal "$status" 2
}
