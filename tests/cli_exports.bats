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
    assert_equal "$status $(jq -c .task <<<"$output" | paste -sd,)" "1 1,3"
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

query() {
    sql "$DATABASE" <<<"$1"
}

@test "an annotation that is twice in a task is one, the one that was changed last" {
    # One's annotation says Good, then Blurred; the later time counts wherever it stands, else the last place.
    for case in '[1, 2] 0' '[2, 1] 1' '[null, null] 0' '[1, 1] 0' '[1, null] 0' '[null, 1] 1'; do
        tasks 1 | jq -c --argjson days "${case% *}" '
            def at($day): if $day then .updated_at = "2024-01-0\($day)T00:00:00Z" else . end;
            .[0].annotations |= [(.[0] | at($days[0])), .[1], (.[0] | at($days[1]) | .result[0].value.choices = ["Blurred"])]' >"$file"
        compute "$file" --task 1 >"$BATS_TEST_TMPDIR/computed"
        assert_equal "$case: $(jq -c '.matrix[0][1], (.users | length)' "$BATS_TEST_TMPDIR/computed" | paste -sd' ')" "$case: ${case##* } 3"
        sql mysql <<<"DROP DATABASE IF EXISTS \`$DATABASE\`"
        import_and_serve 1 "$file" | diff <(jq -cS . "$BATS_TEST_TMPDIR/computed") <(jq -cS . /dev/stdin)
        assert_equal "$(query 'SELECT total_annotations FROM task')" 2
        run tool_on "$DATABASE" import "$file" --project 1
        [[ $output = *"tasks        0 new, 0 changed, 1 unchanged"*"annotations  0 new, 0 changed, 2 unchanged"* ]] || fail "$output"
    done
}

@test "an annotation or prediction of another task is refused by compute, too" {
    for change in '.[2].annotations[1].id = .[1].annotations[0].id' '.[2].predictions[0].id = 2'; do
        tasks 4 | jq -c "$change" >"$file"
        apart compute "$file"
        assert_equal "$status" 1
        [[ $stderr = *"$file: line 1, byte "*", task 3 (id 3): \$[2]."*" belongs to another task, 2, not to 3"* ]] || fail "$stderr"
        assert_equal "$(jq -c .task <<<"$output" | paste -sd,)" 1,2
        apart compute "$file" --keep-going
        assert_equal "$status $(jq -c .task <<<"$output" | paste -sd,)" "0 1,2,4"
        compute "$file" --task 2 | jq -e '.users | length == 4'
        run compute "$file" --task 3
        assert_equal "$status" 1
        # Over files, and as import does.
        jq -c '.[2:]' "$file" >"$file.2"
        jq -c '.[:2]' "$file" >"$file.1"
        run compute "$file.1" "$file.2"
        [[ $status = 1 && $output = *"$file.2: line 1, byte 1, task 1 (id 3): \$[0]."*"another task, 2, not to 3"* ]] || fail "$output"
        compute "$file.1" >/dev/null
    done
    # What a refused task has beside is nobody's, and a task in several places has one owner.
    tasks 3 | jq -c '. + [.[1]] | .[2].annotations[0].id = 6' >"$file"
    apart compute "$file" --keep-going
    assert_equal "$status $(jq -c .task <<<"$output" | paste -sd,)" "0 1,2"
}

@test "a file that cannot be read at all is passed over, and the status says so" {
    tasks 3 >"$file"
    jq -c '.[:1]' "$file" >"$file.1"
    jq -c '.[2:]' "$file" >"$file.3"
    database_create "$DATABASE"
    tool_on "$DATABASE" init >/dev/null
    for text in '' '{"a' 'nonsense' '[{"id":1,"data":{}} {' '[{"id":1,"photo":"p","annotator":1,"annotation_id":2}]' \
        '{"images":[],"annotations":[],"categories":[]}' '[1,2]' none; do
        printf '%s' "$text" >"$file.2"
        [[ $text != none ]] || rm "$file.2"
        apart compute "$file.1" "$file.2" "$file.3" --keep-going
        assert_equal "$text: $status" "$text: 1"
        [[ $stderr = *"skipped: $file.2: "* ]] || fail "$stderr"
        [[ $(jq -c .task <<<"$output" | paste -sd,) = *3 ]]
        apart tool_on "$DATABASE" import "$file.1" "$file.2" "$file.3" --project 1 --keep-going
        assert_equal "$text: $status" "$text: 1"
        [[ $stderr = *"skipped: $file.2: "* && $output = *"project 1:"*skipped* ]] || fail "$stderr$output"
        assert_equal "$(query 'SELECT COUNT(*) FROM task WHERE id IN (1, 3)')" 2
        query "DELETE FROM task_completion; DELETE FROM prediction; DELETE FROM task"
        run compute "$file.1" "$file.2" "$file.3"
        assert_equal "$text: $status" "$text: 1"
        run tool_on "$DATABASE" import "$file.2" --project 1
        assert_equal "$text: $status" "$text: 1"
    done
    # A bad task among good ones is no bad file.
    tasks 3 | jq -c '.[1].annotations = 7' >"$file.2"
    apart tool_on "$DATABASE" import "$file.2" --project 1 --keep-going
    assert_equal "$status" 0
    apart compute "$file.2" --keep-going
    assert_equal "$status" 0
}

@test "exports of other tools are refused by name" {
    coco='{"info":{},"images":[{"id":1,"file_name":"a.png"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}],"categories":[{"id":1}]}'
    database_create "$DATABASE"
    tool_on "$DATABASE" init >/dev/null
    for text in "COCO export:$coco" "COCO export:[$coco]" 'COCO export:[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}]' \
        'annotations without result:[{"id":1,"data":{},"annotations":[{"id":1,"bbox":[1,2,3,4]}]}]' \
        'annotations without result:{"id":1,"annotations":[{"id":1,"label":"a"},{"id":2,"label":"b"}]}' \
        'annotation without its task:[{"id":1,"completed_by":1,"result":[]}]'; do
        echo "${text#*:}" >"$file"
        for command in "compute $file" "import $file --project 1" "import $file --project 1 --prune --keep-going"; do
            # shellcheck disable=SC2086 # several words
            run tool_on "$DATABASE" $command
            assert_equal "$status" 1
            [[ $output = *"$file: line 1, byte "*"${text%%:*}"*": export the project as JSON"* ]] || fail "$output"
        done
        assert_equal "$(query 'SELECT COUNT(*) FROM task')" 0
    done
    # Who skipped a task need not have said anything.
    jq -nc '[{id: 1, data: {}, annotations: [{id: 1, completed_by: 1, was_cancelled: true}]}]' >"$file"
    compute "$file" >/dev/null
}

@test "what is packed twice, or is no text inside, is called by its name" {
    tasks 1 >"$file"
    gzip -c "$file" | gzip -c >"$file.gz"
    run compute "$file.gz"
    [[ $status = 1 && $output = *"is packed with gzip, and what is in it is packed with gzip again: unpack it once"* ]] || fail "$output"
    iconv -f UTF-8 -t UTF-16LE "$file" | gzip -c >"$file.gz"
    run compute "$file.gz"
    [[ $status = 1 && $output = *"is packed with gzip, and what is in it is text in UTF-16: save it as UTF-8"* ]] || fail "$output"
}

@test "oddities of what no metric needs" {
    tasks 2 | jq -c '.[0] |= (.inner_id = "x" | .overlap = "all" | .meta = "m" | .is_labeled = "yes" | .created_at = 5e90 |
        .annotations[0] |= (.lead_time = "long" | .import_id = {} | .parent_annotation = "p" | .completed_by.first_name = []) |
        .annotations[1].lead_time = "12.5" | .annotations[2].lead_time = 1e300 | .predictions[0].score = "high")' |
        sed 's/"photo":"p"/"photo":1e999/' >"$file"
    tasks 2 >"$file.plain"
    compute "$file" --task 1 | jq -c .matrix | diff - <(compute "$file.plain" --task 1 | jq -c .matrix)
    import_and_serve 1 "$file" | jq -c .matrix | diff - <(compute "$file.plain" --task 1 | jq -c .matrix)
    assert_equal "$(query 'SELECT id, lead_time FROM task_completion WHERE task_id = 1 ORDER BY id')" $'3\tNULL\n4\t12.5\n5\t1e300'
    assert_equal "$(query 'SELECT inner_id, overlap FROM task WHERE id = 1')" $'NULL\t1'
    for nobody in '{}' null '{"first_name": "Kim"}' '{"id": null, "email": ""}' 0; do
        jq -c --argjson by "$nobody" '.[0].annotations[0].completed_by = $by' "$file.plain" >"$file"
        apart compute "$file" --task 1
        [[ $status = 0 && $stderr = *"1 annotations do not say whose they are"* ]] || fail "$stderr"
        run tool_on "$DATABASE" import "$file" --project 1
        [[ $status = 0 && $output = *"1 annotations do not say whose they are"* ]] || fail "$output"
    done
}

@test "tasks without an id are named with their file, where there are several" {
    tasks 2 | jq -c 'del(.[0].id)' >"$file"
    tasks 3 | jq -c '[.[2] | del(.id)]' >"$file.2"
    assert_equal "$(compute "$file" | jq -c '[.task, .file]' | paste -sd' ')" '[1,null] [2,null]'
    assert_equal "$(compute "$file" "$file.2" | jq -c '[.task, .file]' | paste -sd' ')" "[1,\"$file\"] [2,null] [1,\"$file.2\"]"
    assert_equal "$(compute "$file" "$file.2" --format table | grep ^task)" "task 1 of $file"$'\n'"task 2"$'\n'"task 1 of $file.2"
    assert_equal "$(compute "$file" "$file.2" --format csv | tail -n +2 | cut -d, -f1 | uniq)" "\"$file:1\""$'\n'"2"$'\n'"\"$file.2:1\""
}

@test "many people and many pieces take no more time than few" {
    # An hour where each is looked for among all others.
    jq -nc '[range(20000) | {id: (. + 1), data: {}, annotations: [range(3) as $k | {id: (. * 3 + $k + 1), completed_by: "p\((. * 3 + $k) % 30000)@example.com",
        result: []}]}]' >"$file"
    timeout 20 "$TOOL" compute --label-config "$config" "$file" --task 7 >/dev/null
    jq -nc 'range(4000) as $i | {id: 1, data: {}, annotations: [range(5) | {id: ($i * 5 + .), completed_by: {id: ($i % 7 + 1)}, result: []}]}' >"$file"
    timeout 20 "$TOOL" compute --label-config "$config" "$file" --task 1 >/dev/null
}
