#!/usr/bin/env bats
# What people really have: exports in pieces, packed, of nobody, with mistakes. compute, and import with the service.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

config=$SOURCE_DIR/examples/label-config.xml

all=%7B%22annotators%22%3A%7B%22all%22%3Atrue%7D%2C%22models%22%3A%7B%22all%22%3Atrue%7D%7D

setup() {
    DATABASE=exports_$BATS_TEST_NUMBER
    file=$BATS_TEST_TMPDIR/export.json
}

teardown() {
    sql mysql <<<"DROP DATABASE IF EXISTS \`$DATABASE\`"
}

# tasks N: an export of N tasks: one and two agree, three does not.
tasks() {
    jq -nc --argjson n "$1" '
        def result($v): [{id: "r", from_name: "quality", to_name: "photo", type: "choices", value: {choices: [$v]}}];
        def annotation($id; $by; $v): {id: $id, completed_by: {id: $by, email: "user\($by)@example.com"}, result: result($v)};
        [range(1; $n + 1) | {id: ., data: {photo: "p", offer: "o"}, annotations: [annotation(3 * .; 1; "Good"),
            annotation(3 * . + 1; 2; "Good"), annotation(3 * . + 2; 3; "Blurred")],
            predictions: [{id: ., model_version: "v1", result: result("Good")}]}]'
}

compute() {
    env -u AGREEMENT_MYSQL_FILE "$TOOL" compute --label-config "$config" --dimension quality "$@"
}

# apart COMMAND..: status, output and stderr of it.
apart() {
    status=0
    output=$("$@" 2>"$BATS_TEST_TMPDIR/stderr") || status=$?
    stderr=$(<"$BATS_TEST_TMPDIR/stderr")
}

# import_and_serve TASK FILE..: what the service answers after an import.
import_and_serve() {
    local task=$1 key email
    shift
    database_create "$DATABASE"
    tool_on "$DATABASE" init >/dev/null
    tool_on "$DATABASE" import "$@" --project 1 --label-config "$config" >/dev/null
    email=$(sql "$DATABASE" <<<"SELECT email FROM htx_user ORDER BY id LIMIT 1")
    key=$(tool_on "$DATABASE" token create --user "$email")
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/$DATABASE.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        QUERY_STRING="selection=$all&dimension=$(sql "$DATABASE" <<<"SELECT id FROM agreement_dimension WHERE name = 'quality'")" \
        PATH_INFO="/projects/1/tasks/$task/agreement-matrix" HTTP_X_API_KEY="$key" "$FCGI" </dev/null | sed '1,/^\r$/d'
}

@test "a task in several places is one task" {
    tasks 3 >"$file"
    compute "$file" --task 2 >"$BATS_TEST_TMPDIR/whole"
    # Twice in one file, in pieces, with the later piece changed; in files of a target storage.
    jq -c '[.[0], (.[1] | .annotations |= .[:1]), .[2], (.[1] | .annotations |= .[1:] | .predictions = [2])]' "$file" >"$file.pieces"
    compute "$file.pieces" --task 2 2>"$BATS_TEST_TMPDIR/said" | cmp - "$BATS_TEST_TMPDIR/whole"
    [[ $(compute "$file.pieces" | jq -c .task) = $'1\n3\n2' ]]
    jq -c '.[] | . as $t | .annotations[] | . + {task: ($t | del(.annotations, .predictions))}' "$file" |
        split -l 1 --additional-suffix=.json - "$BATS_TEST_TMPDIR/storage."
    compute "$BATS_TEST_TMPDIR"/storage.*.json --task 2 | jq -c '[.matrix, [.users[].id]]' |
        diff - <(jq -c '[[.matrix[:3][] | .[:3]], [.users[:3][].id]]' "$BATS_TEST_TMPDIR/whole")
    # What the later place says counts, as after an import.
    jq -c '. + [.[1] | .annotations |= [.[1] | .result[0].value.choices = ["Blurred"]]]' "$file" >"$file.changed"
    compute "$file.changed" --task 2 >"$BATS_TEST_TMPDIR/changed"
    jq -e '.matrix[0][1] == 0 and .matrix[1][2] == 1' "$BATS_TEST_TMPDIR/changed"
    import_and_serve 2 "$file.changed" | diff <(jq -cS . "$BATS_TEST_TMPDIR/changed") <(jq -cS . /dev/stdin)
}

@test "an email alone takes part, as after an import" {
    tasks 2 | jq -c '.[].annotations[].completed_by |= .email' >"$file"
    compute "$file" --task 2 >"$BATS_TEST_TMPDIR/computed"
    jq -e '[.users[].id] == [1, 2, 3, "model:v1"] and .users[2].email == "user3@example.com"' "$BATS_TEST_TMPDIR/computed"
    jq -e '.matrix[0][1] == 1 and .matrix[0][2] == 0' "$BATS_TEST_TMPDIR/computed"
    import_and_serve 2 "$file" | diff <(jq -cS . "$BATS_TEST_TMPDIR/computed") <(jq -cS . /dev/stdin)
}

@test "annotations of nobody are counted, and take part with --unnamed" {
    tasks 2 | jq -c 'del(.[].annotations[0].completed_by)' >"$file"
    apart compute "$file" --task 2
    assert_equal "$status" 0
    [[ $stderr = *"1 annotations do not say whose they are"*"--unnamed"* ]] || fail "$stderr"
    jq -e '[.users[].id] == [2, 3, "model:v1"]' <<<"$output"
    apart compute "$file" --task 2 --unnamed
    [[ $stderr = *"1 annotations do not say whose they are"* ]] || fail "$stderr"
    jq -e '[.users[].id] == [2, 3, "annotation:6", "model:v1"] and .users[2] == {id: "annotation:6", username: "Annotation 6"}' <<<"$output"
    jq -e '.matrix[2] == [1, 0, 1, 1]' <<<"$output"
    [[ $(compute "$file" --task 2 --unnamed --format csv 2>"$file.said") = *'"user2@example.com","annotation:6",1.0'* ]]
    apart compute <(tasks 2)
    assert_equal "$stderr" ""
}

@test "a bad task does not stop the rest with --keep-going" {
    tasks 5 | sed 's/"id":3,"data"/"id":3,"data":nix,"x"/' | jq -Rr 'sub("\"completed_by\":{\"id\":1,\"email\":\"user1@example.com\"},\"result\":\\[{\"id\":\"r\",\"from_name\":\"quality\",\"to_name\":\"photo\",\"type\":\"choices\",\"value\":{\"choices\":\\[\"Good\"\\]}}\\]}(?=,{\"id\":16)"; "\"completed_by\":[]}")' >"$file"
    apart compute "$file"
    assert_equal "$status" 1
    [[ $stderr = *"$file: line 1, "*"task 3 (id 3): \$[2].data: JSON: line 1, column "*"(nix)"* ]] || fail "$stderr"
    apart compute "$file" --keep-going
    assert_equal "$status" 0
    assert_equal "$(jq -c .task <<<"$output" | paste -sd,)" 1,2,4
    [[ $stderr = *"skipped: $file: "*"task 3 (id 3): \$[2].data"*"skipped: $file: "*"task 5 (id 5): \$[4].annotations[0].completed_by: must be an id"*"2 tasks were skipped"* ]] ||
        fail "$stderr"
}

@test "what Python writes into data is no mistake; in a result it is" {
    tasks 2 | sed 's/"photo":"p"/"photo":NaN,"more":[-Infinity,"\\ud83d"]/' >"$file"
    compute "$file" --task 1 >"$BATS_TEST_TMPDIR/computed"
    tasks 2 >"$file.plain"
    compute "$file.plain" --task 1 | cmp - "$BATS_TEST_TMPDIR/computed"
    import_and_serve 1 "$file" | diff <(jq -cS . "$BATS_TEST_TMPDIR/computed") <(jq -cS . /dev/stdin)
    assert_equal "$(sql "$DATABASE" <<<"SELECT JSON_EXTRACT(data, '\$.photo') FROM task WHERE id = 1")" null
    tasks 2 | sed 's/"choices":\["Blurred"\]/"choices":[NaN]/' >"$file"
    run compute "$file"
    assert_equal "$status" 1
    [[ $output = *"task 1 (id 1): \$[0].annotations[2].result[0].value.choices[0]: JSON: "*"(NaN)"* ]] || fail "$output"
}

@test "packed exports are read, and what is no text is called by its name" {
    tasks 3 >"$file"
    compute "$file" >"$BATS_TEST_TMPDIR/plain"
    gzip -k "$file"
    compute "$file.gz" | cmp - "$BATS_TEST_TMPDIR/plain"
    compute - <"$file.gz" | cmp - "$BATS_TEST_TMPDIR/plain"
    compute "$file.gz" --task 2 >"$BATS_TEST_TMPDIR/computed"
    import_and_serve 2 "$file.gz" | diff <(jq -cS . "$BATS_TEST_TMPDIR/computed") <(jq -cS . /dev/stdin)
    head -c 100 "$file.gz" >"$file.cut"
    run compute "$file.cut"
    assert_equal "$status" 1
    [[ $output = *"$file.cut: line 1: is packed with gzip, and cut short"* ]] || fail "$output"
    iconv -f UTF-8 -t UTF-16 "$file" >"$file.wide"
    for command in "compute $file.wide" "import $file.wide --project 1"; do
        # shellcheck disable=SC2086 # several words
        run tool_on "$DATABASE" $command
        assert_equal "$status" 1
        [[ $output = *"$file.wide: line 1: is text in UTF-16: save it as UTF-8"* ]] || fail "$output"
    done
}

@test "exports without annotations are refused by name" {
    for text in 'JSON_MIN:[{"id":1,"photo":"p","quality":"Good","annotator":1,"annotation_id":2}]' \
        'CSV:[{"id":"1","quality":"Good","annotation_id":"2"}]' 'neither data nor annotations:{"id":1}'; do
        echo "${text#*:}" >"$file"
        run compute "$file"
        assert_equal "$status" 1
        [[ $output = *"$file: line 1, byte "*"task 1 (id 1): "*"${text%%:*}"* ]] || fail "$output"
    done
}

@test "a model without a version, and models that are ids alone" {
    tasks 2 | jq -c '.[0].predictions[0].model_version = "" | .[1].predictions = [7]' >"$file"
    apart compute "$file"
    jq -se '.[0].users[3] == {id: "model:", username: "Model (no version)"} and (.[1].users | length) == 3' <<<"$output"
    [[ $stderr = *"1 predictions are ids only"* ]] || fail "$stderr"
    import_and_serve 1 "$file" | jq -e '.users[3] == {id: "model:", username: "Model (no version)"}'
}

@test "files that cannot be read twice, beside others" {
    tasks 3 >"$file"
    jq -c '.[:1]' "$file" >"$file.1"
    compute "$file" >"$BATS_TEST_TMPDIR/plain"
    compute "$file.1" <(jq -c '.[1:2]' "$file") - < <(jq -c '.[2:]' "$file") | cmp - "$BATS_TEST_TMPDIR/plain"
}

@test "without times the larger id is the later annotation, after an import too" {
    tasks 1 | jq -c '.[0].annotations |= [(.[0] | .id = 10), (.[0] | .id = 5 | .result[0].value.choices = ["Blurred"]), .[1]] | .[0].annotations[2].id = 6' >"$file"
    compute "$file" --task 1 >"$BATS_TEST_TMPDIR/computed"
    jq -e '.matrix[0][1] == 1' "$BATS_TEST_TMPDIR/computed"
    import_and_serve 1 "$file" | diff <(jq -cS . "$BATS_TEST_TMPDIR/computed") <(jq -cS . /dev/stdin)
    # One that has a time is older than one that has none.
    jq -c '.[0].annotations[0].updated_at = "2024-01-01T00:00:00Z"' "$file" >"$file.time"
    compute "$file.time" --task 1 >"$BATS_TEST_TMPDIR/computed"
    jq -e '.matrix[0][1] == 0' "$BATS_TEST_TMPDIR/computed"
    sql mysql <<<"DROP DATABASE \`$DATABASE\`"
    import_and_serve 1 "$file.time" | diff <(jq -cS . "$BATS_TEST_TMPDIR/computed") <(jq -cS . /dev/stdin)
}

@test "completed_by 0 is nobody, and unnamed annotations without ids are apart" {
    tasks 1 | jq -c '.[0].annotations[0].completed_by = 0' >"$file"
    compute "$file" --task 1 2>/dev/null | jq -e '[.users[].id] == [2, 3, "model:v1"]'
    import_and_serve 1 "$file" | jq -e '[.users[].id] == [2, 3, "model:v1"]'
    jq -nc '[{id: 1, data: {}, annotations: [{result: []}, {id: 1, result: []}, {result: []}]}]' >"$file"
    compute "$file" --task 1 --unnamed 2>/dev/null | jq -e '[.users[].id] | length == 3 and .[0] == "annotation:1"'
}

@test "a task whose other place is bad is what its good place has" {
    tasks 2 | jq -c '. + [.[1]]' | jq -Rr 'rindex("\"choices\":[\"Good\"]") as $i | .[:$i] + "\"choices\":[NaN]" + .[$i + 18:]' >"$file"
    apart compute "$file" --keep-going
    assert_equal "$(jq -c .task <<<"$output" | paste -sd,)" 1,2
    [[ $stderr = *"1 tasks were skipped"* ]] || fail "$stderr"
    jq -se '.[1].matrix[0][1] == 1' <<<"$output"
}

@test "--keep-going passes over the rest of a bad file" {
    tasks 3 >"$file"
    jq -c '.[:1]' "$file" >"$file.1"
    : >"$file.2"
    jq -c '.[2:]' "$file" >"$file.3"
    apart compute "$file.1" "$file.2" "$file.3" --keep-going
    assert_equal "$status $(jq -c .task <<<"$output" | paste -sd,)" "0 1,3"
    [[ $stderr = *"skipped: $file.2: line 1: the file is empty"* ]] || fail "$stderr"
    run compute "$file.1" "$file.2" "$file.3"
    assert_equal "$status" 1
    run compute "$file.1" "$file.3" --task 9
    [[ $output = *"and the other files: there is no task 9"* ]] || fail "$output"
}

@test "NaN in what is called result, and is none" {
    for change in '.[0].data.result = ["NAN"]' '.[0].annotations[0].prediction = {result: [{score: "NAN"}]}' '.[0].drafts = [{result: ["NAN"]}]'; do
        tasks 1 | jq -c "$change" | sed 's/"NAN"/NaN/' >"$file"
        compute "$file" --task 1 | jq -e '.matrix[0][1] == 1'
    done
}
