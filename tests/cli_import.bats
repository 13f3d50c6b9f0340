#!/usr/bin/env bats
# agreement-matrix import: forms of exports, doing it twice, doing it by halves, what is refused.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

config=$SOURCE_DIR/examples/label-config.xml

setup() {
    DATABASE=import_$BATS_TEST_NUMBER
    database_create "$DATABASE"
    tool_on "$DATABASE" init
    file=$BATS_TEST_TMPDIR/export.json
}

teardown() {
    sql mysql <<<"DROP DATABASE IF EXISTS \`$DATABASE\`"
}

import() {
    tool_on "$DATABASE" import "$@" --label-config "$config" --title Test
}

query() {
    sql "$DATABASE" <<<"$1"
}

# state DATABASE: everything that an export decides.
state() {
    sql "$1" <<<"
        SELECT id, title, label_config, organization_id FROM project ORDER BY id;
        SELECT id, project_id, data, meta, inner_id, overlap, total_annotations, cancelled_annotations, total_predictions,
            created_at, updated_at FROM task ORDER BY id;
        SELECT id, project_id, task_id, completed_by_id, result, was_cancelled, ground_truth, created_at, updated_at,
            lead_time, result_count FROM task_completion ORDER BY id;
        SELECT id, project_id, task_id, model_version, result, score, created_at, updated_at FROM prediction ORDER BY id;
        SELECT id, email, username, first_name, last_name, active_organization_id FROM htx_user ORDER BY id;
        SELECT organization_id, user_id, deleted_at FROM organizations_organizationmember ORDER BY id;
        SELECT id, project_id, name, control_tag, metric_type, weight, is_active, is_present FROM agreement_dimension ORDER BY id"
}

# tasks N: an export of N tasks with two annotations and a prediction each.
tasks() {
    jq -nc --argjson n "$1" '
        def result($v): [{id: "r", from_name: "quality", to_name: "photo", type: "choices", value: {choices: [$v]}}];
        [range(1; $n + 1) | {id: ., data: {photo: "p", offer: ("text " * 20)}, meta: {}, inner_id: .,
            created_at: "2024-01-01T00:00:00Z", updated_at: "2024-01-01T00:00:00.5Z",
            annotations: [{id: (2 * .), completed_by: {id: 1, email: "one@example.com", first_name: "One", last_name: "First"},
                    result: result("Good"), was_cancelled: false, ground_truth: false, lead_time: 1.5,
                    created_at: "2024-01-02T00:00:00Z", updated_at: "2024-01-02T00:00:00Z"},
                {id: (2 * . + 1), completed_by: {id: 2, email: "two@example.com", first_name: "Two", last_name: ""},
                    result: result("Blurred"), was_cancelled: false, ground_truth: false, lead_time: 2,
                    created_at: "2024-01-02T00:00:00Z", updated_at: "2024-01-02T00:00:00Z"}],
            predictions: [{id: ., model_version: "v1", score: 0.5, result: result("Good"),
                created_at: "2024-01-01T00:00:00Z", updated_at: "2024-01-01T00:00:00Z"}], drafts: []}]'
}

@test "the sample project: every row arrives" {
    import "$SOURCE_DIR/examples/export.json" --project 1
    counts=$(jq -r '[length, ([.[].annotations[]] | length), ([.[].predictions[]] | length),
        ([.[].annotations[].completed_by.id] | unique | length)] | join(" ")' "$SOURCE_DIR/examples/export.json")
    assert_equal "$(query "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM task), (SELECT COUNT(*) FROM task_completion),
        (SELECT COUNT(*) FROM prediction), (SELECT COUNT(*) FROM htx_user))")" "$counts"
    assert_equal "$(query "SELECT GROUP_CONCAT(control_tag ORDER BY \`order\`, id) FROM agreement_dimension")" \
        fruit,quality,appeal,sign,words
    assert_equal "$(query 'SELECT COUNT(*) FROM task_completion WHERE was_cancelled')" 1
    query "SELECT result FROM task_completion WHERE id = 101" | jq -cS . |
        diff - <(jq -cS '.[0].annotations[0].result' "$SOURCE_DIR/examples/export.json")
    assert_equal "$(query "SELECT first_name, last_name FROM htx_user WHERE email = 'bjorn.lindqvist@example.com'")" $'Björn\tLindqvist'
    query "SELECT label_config FROM project WHERE id = 1" | head -n 1 | grep -q '<View>'
}

@test "users named in an export become members of the project's organization" {
    import "$SOURCE_DIR/examples/export.json" --project 1
    assert_equal "$(query "SELECT COUNT(*) FROM htx_user u JOIN organizations_organizationmember m ON m.user_id = u.id
        JOIN project p ON p.organization_id = m.organization_id AND p.id = 1
        WHERE m.deleted_at IS NULL AND u.active_organization_id = m.organization_id")" 5
    key=$(tool_on "$DATABASE" token create --user chen.wei@example.com)
    answer=$(env -i AGREEMENT_MYSQL_FILE="$SCRATCH/$DATABASE.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api QUERY_STRING='selection={}' \
        PATH_INFO=/projects/1/tasks/1/agreement-matrix HTTP_X_API_KEY="$key" "$FCGI" </dev/null)
    [[ $answer = "Status: 200"* ]]
}

@test "importing twice changes nothing" {
    import "$SOURCE_DIR/examples/export.json" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/once"
    import "$SOURCE_DIR/examples/export.json" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/twice"
    cmp "$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/twice"
}

@test "a newer export changes what it changes" {
    import "$SOURCE_DIR/examples/export.json" --project 1
    jq '.[0].annotations[1] |= (.was_cancelled = true | .result = [] | .updated_at = "2025-01-01T00:00:00Z")' \
        "$SOURCE_DIR/examples/export.json" >"$file"
    import "$file" --project 1
    assert_equal "$(query 'SELECT was_cancelled, result, updated_at FROM task_completion WHERE id = 102')" $'1\t[]\t2025-01-01 00:00:00.000000'
    assert_equal "$(query 'SELECT COUNT(*) FROM task_completion')" \
        "$(jq '[.[].annotations[]] | length' "$SOURCE_DIR/examples/export.json")"
}

@test "killed half-way and run again: the state of a single run" {
    tasks 4000 >"$file"
    import "$file" --project 1 >/dev/null 2>&1 3>&- &
    local pid=$! rows=0 other=${DATABASE}_b
    until rows=$(query 'SELECT COUNT(*) FROM task') && ((rows > 0)); do
        process_is_gone $pid && break
    done
    kill -KILL $pid
    wait $pid || true
    rows=$(query 'SELECT COUNT(*) FROM task')
    echo "killed with $rows of 4000 tasks"
    ((rows > 0 && rows < 4000))
    import "$file" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/resumed"
    database_create "$other"
    tool_on "$other" init
    tool_on "$other" import "$file" --project 1 --label-config "$config" --title Test
    state "$other" >"$BATS_TEST_TMPDIR/whole"
    sql mysql <<<"DROP DATABASE \`$other\`"
    cmp "$BATS_TEST_TMPDIR/resumed" "$BATS_TEST_TMPDIR/whole"
}

@test "an easy export: people and predictions are numbers" {
    tasks 3 | jq -c '[.[] | .annotations[].completed_by |= .id | .predictions |= map(.id)]' >"$file"
    import "$file" --project 1
    assert_equal "$(query 'SELECT COUNT(*), MIN(completed_by_id), MAX(completed_by_id) FROM task_completion')" $'6\t1\t2'
    assert_equal "$(query 'SELECT COUNT(*) FROM prediction WHERE result IS NOT NULL')" 0
    assert_equal "$(query 'SELECT COUNT(*) FROM organizations_organizationmember')" 2
}

@test "an easy export after a snapshot keeps names and predictions" {
    tasks 3 >"$file"
    import "$file" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/before"
    tasks 3 | jq -c '[.[] | .annotations[].completed_by |= .id | .predictions |= map(.id)]' >"$file"
    import "$file" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/after"
    cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "an old export: completions, ids as strings, skipped" {
    cat >"$file" <<'JSON'
[{"id": "5", "data": {"photo": "p", "offer": "o"}, "completions": [
  {"id": "51", "completed_by": 3, "created_at": "2020-01-01T00:00:00Z", "result": [{"id": "r", "from_name": "quality", "to_name": "photo", "type": "choices", "value": {"choices": ["Good"]}}]},
  {"id": "52", "completed_by": null, "skipped": true, "created_at": "2020-01-01T00:00:00Z", "result": []}]}]
JSON
    import "$file" --project 1
    assert_equal "$(query "SELECT id, task_id, IFNULL(completed_by_id, 'nobody'), was_cancelled FROM task_completion ORDER BY id")" \
        $'51\t5\t3\t0\n52\t5\tnobody\t1'
}

@test "drafts in an export never become annotations" {
    tasks 1 | jq '.[0].drafts = [{"id": 9, "user": "one@example.com", "result": [], "created_at": "2024-02-01T00:00:00Z", "updated_at": "2024-02-01T00:00:00Z"}]' >"$file"
    import "$file" --project 1
    assert_equal "$(query 'SELECT COUNT(*) FROM task_completion')" 2
}

@test "several files, and one in pieces gives the state of the whole" {
    tasks 5 >"$file"
    jq '.[:2]' "$file" >"$file.1"
    jq '.[2:]' "$file" >"$file.2"
    import "$file.1" "$file.2" --project 1
    assert_equal "$(query 'SELECT COUNT(*) FROM task')" 5
}

@test "a bad task is named, and nothing of its batch is kept" {
    tasks 5 | jq '.[2].annotations[1].id = "x"' >"$file"
    run import "$file" --project 1
    assert_equal "$status" 1
    [[ $output = *"$file"* ]] || fail "the file is not named"
    [[ $output = *annotations* || $output = *"task 3"* || $output = *"[2]"* ]] || fail "the place is not named: $output"
    assert_equal "$(query 'SELECT COUNT(*) FROM task')" 0
}

@test "--keep-going skips the bad task, and only that" {
    tasks 5 | jq '.[2].annotations[1].id = "x"' >"$file"
    run import "$file" --project 1 --keep-going
    [[ $output = *"$file"* ]]
    assert_equal "$(query 'SELECT GROUP_CONCAT(id ORDER BY id) FROM task')" 1,2,4,5
    assert_equal "$(query 'SELECT COUNT(*) FROM task_completion WHERE task_id = 3')" 0
}

@test "what is no export is refused with its place" {
    for text in '' '{' '[{"id":1,"data":{}' '[1]' '"tasks"' '[{"data":{}}]' '[{"id":1,"data":{}},]' '[{"id":0,"data":{}}]' '[{"id":1,"data":{}}] x'; do
        printf '%s' "$text" >"$file"
        run import "$file" --project 1
        assert_equal "$text: $status" "$text: 1"
        [[ $output = *"$file"* ]] || fail "the file is not named: $output"
        assert_equal "$text: $(query 'SELECT COUNT(*) FROM task')" "$text: 0"
    done
    run import "$BATS_TEST_TMPDIR/none.json" --project 1
    assert_equal "$status" 1
    [[ $output = *none.json* ]]
}

@test "an empty list is an export of nothing" {
    echo '[]' >"$file"
    import "$file" --project 1
    assert_equal "$(query 'SELECT COUNT(*) FROM task')" 0
}

@test "--prune takes away what the export has not" {
    tasks 5 >"$file"
    import "$file" --project 1
    jq '[.[] | select(.id != 4)] | .[0].annotations |= .[:1] | .[1].predictions = []' "$file" >"$file.less"
    import "$file.less" --project 1
    assert_equal "$(query 'SELECT COUNT(*) FROM task')" 5
    import "$file.less" --project 1 --prune
    assert_equal "$(query 'SELECT GROUP_CONCAT(id ORDER BY id) FROM task')" 1,2,3,5
    assert_equal "$(query 'SELECT COUNT(*) FROM task_completion')" 7
    assert_equal "$(query 'SELECT GROUP_CONCAT(id ORDER BY id) FROM prediction')" 1,3,5
}

@test "--prune leaves other projects alone" {
    tasks 2 >"$file"
    import "$file" --project 1
    jq '[.[] | .id += 100 | .annotations[].id += 100 | .predictions[].id += 100]' "$file" >"$file.other"
    import "$file.other" --project 2
    jq '.[:1]' "$file" >"$file.less"
    import "$file.less" --project 1 --prune
    assert_equal "$(query 'SELECT GROUP_CONCAT(id ORDER BY id) FROM task')" 1,101,102
}

@test "a task of another project is not taken over" {
    tasks 2 >"$file"
    import "$file" --project 1
    run import "$file" --project 2
    assert_equal "$status" 1
    assert_equal "$(query 'SELECT COUNT(*) FROM task WHERE project_id = 1')" 2
}

@test "exports without annotations are refused by name, and nothing of the database is touched" {
    tasks 3 >"$file"
    import "$file" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/before"
    min='{"id":1,"photo":"p","quality":"Good","annotator":1,"annotation_id":2,"lead_time":1.5}'
    csv='{"id":"1","photo":"p","quality":"Good","annotator":"1","annotation_id":"2","lead_time":""}'
    for text in "JSON_MIN:[$min]" "JSON_MIN:$min" "JSON_MIN:[$min,$min]" "CSV:[$csv]" "CSV:$csv" \
        'CSV:{"id":{"0":1},"quality":{"0":"Good"},"annotation_id":{"0":2}}' 'neither data nor annotations:[{"id":1}]' \
        'neither data nor annotations:[{"id":1,"predictions":[]}]' 'without its task:[{"id":2,"task":1,"result":[]}]'; do
        for options in "" --prune "--prune --keep-going"; do
            echo "${text#*:}" >"$file.other"
            # shellcheck disable=SC2086 # several options
            run import "$file.other" --project 1 $options
            [[ $output = *"$file.other"*"${text%%:*}"* ]] || fail "$text: $output"
            [[ $status = 1 || $options = *keep-going ]] || fail "$text: status $status"
            state "$DATABASE" | cmp - "$BATS_TEST_TMPDIR/before"
        done
    done
}

@test "files of a target storage, an annotation in each" {
    tasks 3 >"$file"
    import "$file" --project 1
    query "SELECT id, task_id, completed_by_id, result FROM task_completion ORDER BY id" >"$BATS_TEST_TMPDIR/before"
    query "DELETE FROM task_completion; DELETE FROM prediction; DELETE FROM task"
    mkdir "$BATS_TEST_TMPDIR/storage"
    jq -c '.[] | . as $t | .annotations[] | . + {task: ($t | del(.annotations, .predictions))}' "$file" |
        split -l 1 - "$BATS_TEST_TMPDIR/storage/"
    for name in "$BATS_TEST_TMPDIR"/storage/*; do
        mv "$name" "$name.json"
    done
    import "$BATS_TEST_TMPDIR"/storage/*.json --project 1
    query "SELECT id, task_id, completed_by_id, result FROM task_completion ORDER BY id" | cmp - "$BATS_TEST_TMPDIR/before"
    assert_equal "$(query 'SELECT COUNT(*), MIN(total_annotations), MAX(cancelled_annotations) FROM task')" $'3\t2\t0'
    state "$DATABASE" >"$BATS_TEST_TMPDIR/once"
    run import "$BATS_TEST_TMPDIR"/storage/*.json --project 1
    [[ $output = *"0 new, 0 changed, 6 unchanged"* ]] || fail "$output"
    state "$DATABASE" | cmp - "$BATS_TEST_TMPDIR/once"
}

@test "an annotation or prediction of another task is refused, and both tasks are named" {
    tasks 3 >"$file"
    import "$file" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/before"
    for change in '.annotations[0].id = 4' '.predictions[0].id = 2'; do
        jq "[.[2] | $change]" "$file" >"$file.other"
        run import "$file.other" --project 1
        assert_equal "$status" 1
        [[ $output = *"belongs to another task, 2, not to 3"* ]] || fail "$output"
        state "$DATABASE" | cmp - "$BATS_TEST_TMPDIR/before"
    done
    # Within one file as well: whoever comes first has it.
    jq '[.[] | .id += 10 | .predictions = [] | .annotations |= (.[:1] | map(.id = 77))]' "$file" >"$file.other"
    run import "$file.other" --project 2
    assert_equal "$status" 1
    [[ $output = *"annotation 77 belongs to another task, 11, not to 12"* ]] || fail "$output"
}

@test "people known by number alone are those of the same project's exports, else people of their own" {
    tasks 2 >"$file"
    import "$file" --project 1
    # The same project again: they are known.
    jq -c '[.[] | .annotations[].completed_by |= .id | .predictions |= map(.id)]' "$file" >"$file.easy"
    run import "$file.easy" --project 1
    [[ $status = 0 && $output != *"users of their own"* ]] || fail "$output"
    assert_equal "$(query 'SELECT GROUP_CONCAT(DISTINCT completed_by_id ORDER BY completed_by_id) FROM task_completion')" 1,2
    # Another Label Studio's users 1 and 2 are not credited with anything, nor are these with theirs.
    jq -c '[.[] | .id += 100 | .annotations[].id += 100 | .predictions = []]' "$file.easy" >"$file.other"
    for _ in 1 2; do
        run import "$file.other" --project 2
        [[ $status = 0 && $output = *"2 users are known by their numbers alone, which others have here"* ]] || fail "$output"
        assert_equal "$(query 'SELECT COUNT(*) FROM task_completion WHERE project_id = 2 AND completed_by_id IN (1, 2)')" 0
        assert_equal "$(query 'SELECT COUNT(DISTINCT completed_by_id) FROM task_completion WHERE project_id = 2')" 2
        assert_equal "$(query 'SELECT COUNT(*) FROM htx_user')" 4
    done
    assert_equal "$(query "SELECT email, username FROM htx_user WHERE id > 2 ORDER BY email")" \
        $'user-1-project-2@export.invalid\tuser-1-project-2\nuser-2-project-2@export.invalid\tuser-2-project-2'
    # A later snapshot completes names and usernames.
    jq -c '[.[] | .id += 100 | .annotations[].id += 100 | .annotations[].completed_by.email |= "other." + . | .predictions = []]' "$file" >"$file.later"
    run import "$file.later" --project 2
    [[ $status = 0 && $output != *"users of their own"* ]] || fail "$output"
    assert_equal "$(query "SELECT email, username, first_name FROM htx_user WHERE id > 2 ORDER BY email")" \
        $'other.one@example.com\tother.one\tOne\nother.two@example.com\tother.two\tTwo'
    assert_equal "$(query 'SELECT COUNT(DISTINCT completed_by_id), MIN(completed_by_id) > 2 FROM task_completion WHERE project_id = 2')" $'2\t1'
    # The easy one after it still means them.
    import "$file.other" --project 2
    assert_equal "$(query 'SELECT COUNT(*) FROM htx_user')" 4
}

@test "ids that do not fit into the tables are refused with their place" {
    for change in '.id' '.project' '.overlap' '.annotations[1].id' '.annotations[0].completed_by.id' '.annotations[0].parent_prediction' \
        '.annotations[1].parent_annotation' '.predictions[0].id'; do
        for value in 2147483648 4294967297 9007199254740993; do
            tasks 1 | jq -c ".[0]$change = $value" >"$file"
            run import "$file" --project 1 --keep-going
            [[ $output = *"$file: line 1, byte 1, task 1 (id "*"): \$[0]$change: ${value:0:9}"*" is beyond 2147483647"* ]] || fail "$change: $output"
            assert_equal "$(query 'SELECT COUNT(*) FROM task')" 0
        done
    done
    tasks 1 | jq -c '.[0].id = 2147483647 | .[0].annotations[1].id = 2147483647' >"$file"
    import "$file" --project 1
    assert_equal "$(query 'SELECT MAX(id) FROM task_completion')" 2147483647
}

@test "what is all refused changes nothing, and an export of nothing prunes nothing" {
    tasks 2 >"$file"
    import "$file" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/before"
    echo '[{"id":1,"quality":"Good","annotation_id":2,"annotations":"text"}]' >"$file.min"
    echo '<View><Text name="t" value="$t"/><Rating name="r" toName="t"/></View>' >"$BATS_TEST_TMPDIR/other.xml"
    for project in 1 77; do
        run tool_on "$DATABASE" import "$file.min" --project "$project" --title Other --label-config "$BATS_TEST_TMPDIR/other.xml" --keep-going
        [[ $output = *JSON_MIN* ]] || fail "$output"
        state "$DATABASE" | cmp - "$BATS_TEST_TMPDIR/before"
    done
    echo '[]' >"$file.empty"
    run import "$file.empty" --project 1 --prune
    [[ $status = 1 && $output = *"nothing was pruned, because there was no task"* ]] || fail "$output"
    assert_equal "$(query 'SELECT COUNT(*) FROM task')" 2
}

@test "a number that turns out to be somebody who is there" {
    tasks 2 | jq -c '[.[] | .id += 100 | .annotations[].id += 100 | .predictions = [] | .annotations[].completed_by.id += 40]' >"$file.theirs"
    import "$file.theirs" --project 2
    # In one file: a number, its email, which the database knows, and the number again.
    tasks 3 | jq -c '[.[] | .predictions = []] | .[0].annotations[].completed_by |= .id | .[2].annotations[].completed_by |= .id' >"$file"
    import "$file" --project 1
    assert_equal "$(query 'SELECT DISTINCT completed_by_id FROM task_completion WHERE project_id = 1 ORDER BY 1')" $'41\n42'
    run import "$file" --project 1
    [[ $output = *"annotations  0 new, 0 changed, 6 unchanged"* ]] || fail "$output"
    # Over two imports.
    jq -c '[.[] | .id += 200 | .annotations[].id += 200]' "$file" >"$file.later"
    jq -c '.[:1]' "$file.later" >"$file.first"
    import "$file.first" --project 3
    [[ $(query 'SELECT COUNT(*) FROM task_completion WHERE project_id = 3 AND completed_by_id IN (41, 42)') = 0 ]]
    jq -c '.[1:]' "$file.later" >"$file.rest"
    import "$file.rest" --project 3
    assert_equal "$(query 'SELECT COUNT(*) FROM task_completion WHERE project_id = 3 AND completed_by_id IN (41, 42)')" 6
}

@test "an email alone is not whom a number means, and no email is taken for another" {
    jq -nc '[{id: 1, data: {photo: "p", offer: "o"}, annotations: [{id: 1, completed_by: "bob@example.com", result: []}, {id: 2, completed_by: 1, result: []}]}]' >"$file"
    import "$file" --project 1
    assert_equal "$(query 'SELECT COUNT(DISTINCT completed_by_id) FROM task_completion')" 2
    jq -nc '[{id: 2, data: {photo: "p", offer: "o"}, annotations: [{id: 3, completed_by: "jose@example.com", result: []}, {id: 4, completed_by: "josé@example.com", result: []}]}]' >"$file"
    run import "$file" --project 1
    [[ $status = 1 && $output = *"completed_by.email: the database cannot tell josé@example.com from jose@example.com"* ]] || fail "$output"
    # The case of letters does not matter, and does not change.
    jq -nc '[{id: 3, data: {photo: "p", offer: "o"}, annotations: [{id: 5, completed_by: "Bob@Example.com", result: []}]}]' >"$file"
    for _ in 1 2; do
        import "$file" --project 1
        assert_equal "$(query "SELECT email FROM htx_user WHERE email = 'bob@example.com'")" bob@example.com
    done
}

@test "data that is nested deeper than the database takes" {
    tasks 1 | jq -c '.[0].data.deep = reduce range(110) as $i (1; [.])' >"$file"
    run import "$file" --project 1
    [[ $status = 1 && $output = *"task 1 (id 1): "*"nested more than "*" deep"* ]] || fail "$output"
}

@test "annotations of nobody are counted at the end" {
    tasks 3 | jq 'del(.[].annotations[0].completed_by)' >"$file"
    run import "$file" --project 1
    assert_equal "$status" 0
    [[ $output = *"3 annotations do not say whose they are"* ]] || fail "$output"
    assert_equal "$(query 'SELECT COUNT(*) FROM task_completion WHERE completed_by_id IS NULL')" 3
    tasks 3 >"$file"
    run import "$file" --project 1
    [[ $output != *"do not say whose"* ]]
}

@test "a label config that is no XML is refused" {
    tasks 1 >"$file"
    echo '<View><Choices name="c"' >"$BATS_TEST_TMPDIR/bad.xml"
    run tool_on "$DATABASE" import "$file" --project 1 --label-config "$BATS_TEST_TMPDIR/bad.xml"
    assert_equal "$status" 1
    [[ $output = *bad.xml* ]]
}

@test "without a label config the dimensions come from the results" {
    tasks 2 >"$file"
    tool_on "$DATABASE" import "$file" --project 1 --title Bare
    key=$(tool_on "$DATABASE" token create --user one@example.com)
    answer=$(env -i AGREEMENT_MYSQL_FILE="$SCRATCH/$DATABASE.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        QUERY_STRING="selection=$everyone" PATH_INFO=/projects/1/tasks/1/agreement-matrix HTTP_X_API_KEY="$key" "$FCGI" </dev/null)
    [[ $answer = *'{"matrix":[[1.0,0.0],[0.0,1.0]],'* ]] || fail "$answer"
}

@test "a summary, and no progress bar where there is no terminal" {
    tasks 3 >"$file"
    run import "$file" --project 1
    assert_equal "$status" 0
    [[ $output = *3* && $output != *$'\r'* ]]
}

@test "the loader's account can import" {
    jq '[.[] | .id += 5000 | .annotations[].id += 5000 | .predictions[].id += 5000]' \
        "$SOURCE_DIR/examples/export.json" >"$file"
    AGREEMENT_MYSQL_FILE=$SCRATCH/loader.cnf "$TOOL" import "$file" --project 50 --label-config "$config" --title Loader --prune
    assert_equal "$(sql <<<'SELECT COUNT(*) FROM task WHERE project_id = 50')" 8
    sql <<<"DELETE FROM task_completion WHERE project_id = 50; DELETE FROM prediction WHERE project_id = 50;
        DELETE FROM task WHERE project_id = 50; DELETE FROM agreement_dimension WHERE project_id = 50; DELETE FROM project WHERE id = 50"
}

@test "what a later export leaves out stays as it is" {
    tasks 2 | jq -c '[.[] | .overlap = 3 | .annotations[0] |= (.parent_prediction = 1 | .parent_annotation = 2)]' >"$file"
    import "$file" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/before"
    jq -c '[.[] | del(.data, .meta, .inner_id, .overlap) | del(.annotations[].lead_time, .annotations[0].parent_prediction, .annotations[0].parent_annotation,
        .predictions[].score)]' "$file" >"$file.less"
    for _ in 1 2; do
        run import "$file.less" --project 1
        [[ $output = *"tasks        0 new, 0 changed, 2 unchanged"*"annotations  0 new, 0 changed, 4 unchanged"*"predictions  0 new, 0 changed, 2 unchanged"* ]] ||
            fail "$output"
        state "$DATABASE" | cmp - "$BATS_TEST_TMPDIR/before"
    done
    # One of several pieces may lack it, whichever comes first.
    query "DELETE FROM task_completion; DELETE FROM prediction; DELETE FROM task"
    import "$file.less" "$file" "$file.less" --project 1
    state "$DATABASE" | cmp - "$BATS_TEST_TMPDIR/before"
    # What it has counts.
    jq -c '[.[] | .data = {photo: "q"} | .meta = {m: 1} | .inner_id = 9]' "$file.less" >"$file.other"
    import "$file.other" --project 1
    assert_equal "$(query "SELECT JSON_VALUE(data, '\$.photo'), JSON_VALUE(meta, '\$.m'), inner_id, overlap FROM task WHERE id = 1")" $'q\t1\t9\t3'
}

@test "the totals of a task in pieces are those of all pieces" {
    tasks 2 >"$file"
    import "$file" --project 1
    state "$DATABASE" >"$BATS_TEST_TMPDIR/before"
    query "DELETE FROM task_completion; DELETE FROM prediction; DELETE FROM task"
    jq -c '[.[] | .annotations |= .[:1]]' "$file" >"$file.1"
    jq -c '[.[] | .annotations |= .[1:] | .predictions = []]' "$file" >"$file.2"
    import "$file.1" "$file.2" --project 1
    state "$DATABASE" | cmp - "$BATS_TEST_TMPDIR/before"
    run import "$file.2" --project 1
    [[ $output = *"tasks        0 new, 0 changed, 2 unchanged"* ]] || fail "$output"
    state "$DATABASE" | cmp - "$BATS_TEST_TMPDIR/before"
    # What is pruned is not counted.
    import "$file.1" --project 1 --prune
    assert_equal "$(query 'SELECT DISTINCT total_annotations, cancelled_annotations, total_predictions, is_labeled FROM task')" $'1\t0\t1\t1'
    jq -c '[.[] | .annotations[0].was_cancelled = true]' "$file.1" >"$file.3"
    import "$file.3" --project 1
    assert_equal "$(query 'SELECT DISTINCT total_annotations, cancelled_annotations, is_labeled FROM task')" $'0\t1\t0'
}

@test "texts that do not fit into their columns are refused with their place" {
    for row in 'annotations[1].completed_by.email 254' 'annotations[0].completed_by.username 256' 'annotations[0].completed_by.first_name 256' \
        'annotations[1].completed_by.last_name 256' 'annotations[0].result[0].from_name 512' 'predictions[0].result[0].type 128'; do
        path=${row% *} most=${row##* }
        tasks 2 | jq -c --argjson n "$most" ".[1].$path = \"é\" * (\$n + 1)" >"$file"
        run import "$file" --project 1
        assert_equal "$status" 1
        [[ $output = *"$file: line 1, byte "*", task 2 (id 2): \$[1].$path: $((most + 1)) characters are more than the $most that fit"* ]] || fail "$output"
        assert_equal "$(query 'SELECT COUNT(*) FROM task')" 0
        tasks 2 | jq -c --argjson n "$most" ".[1].$path = \"é\" * \$n" >"$file"
        run tool_on "$DATABASE" import "$file" --project 2
        assert_equal "$output: $status" "$output: 0"
        query "DELETE FROM task_completion; DELETE FROM prediction; DELETE FROM task"
    done
    # Other exports than snapshots, and a text that has room: a version may be long.
    jq -nc '[{id: 1, data: {}, completions: [{id: 1, completed_by: ("e@" * 200), result: []}]}]' >"$file"
    run import "$file" --project 1
    [[ $status = 1 && $output = *"(id 1): \$[0]."*"email: 400 characters are more than the 254"* ]] || fail "$output"
    tasks 1 | jq -c '.[0].predictions[0].model_version = "v" * 100000' >"$file"
    import "$file" --project 1
    assert_equal "$(query 'SELECT LENGTH(model_version) FROM prediction')" 100000
}

@test "messages about a file of a target storage name its task, and all have their place" {
    for row in '.completed_by = [] |$.completed_by: must be' '.id = 0 |$.id: a positive number' '.id = 2147483648 |$.id: 2147483648 is beyond' \
        '.task.id = 2147483648 |$.task.id: 2147483648 is beyond' '.task.data = 7 |$.task.data: must be an object' '.completed_by = {email: ("a" * 300)} |$.completed_by.email: 300'; do
        jq -nc "{id: 77, completed_by: 1, result: [], task: {id: 5, data: {}}} | ${row%% |*}" >"$file"
        run import "$file" --project 1
        assert_equal "$status" 1
        [[ $output = *"$file: line 1, byte 0, task 1 (id "[52]*"): ${row##* |}"* ]] || fail "$output"
    done
    echo '{"id":77,"result":[{"x":nix}],"task":{"id":5,"data":{}}}' >"$file"
    run import "$file" --project 1
    [[ $status = 1 && $output = *"task 1 (id 5): \$.result[0].x: JSON: "* ]] || fail "$output"
    tasks 3 | jq -c '[.[] | .id += 10 | .annotations |= (.[:1] | map(.id = 77)) | .predictions = []]' >"$file"
    run import "$file" --project 1
    [[ $status = 1 && $output = *"$file: line 1, byte "*", task 2 (id 12): \$[1].annotations[0]: the annotation 77 belongs to another task, 11, not to 12"* ]] || fail "$output"
}

@test "whoever was made up for a number of a project that is gone is taken again" {
    tasks 2 | jq -c '[.[] | .annotations[].completed_by |= .id | .predictions = []]' >"$file"
    import "$file" --project 1
    tool_on "$DATABASE" projects delete --project 1
    import "$file" --project 1
    assert_equal "$(query "SELECT GROUP_CONCAT(email ORDER BY id) FROM htx_user")" user-1@export.invalid,user-2@export.invalid
    assert_equal "$(query 'SELECT GROUP_CONCAT(DISTINCT completed_by_id ORDER BY completed_by_id) FROM task_completion')" 1,2
    # Not where somebody means them, or somebody has a token of theirs.
    tool_on "$DATABASE" projects delete --project 1
    tool_on "$DATABASE" token create --user user-1@export.invalid >/dev/null
    import "$file" --project 1
    assert_equal "$(query "SELECT GROUP_CONCAT(email ORDER BY email) FROM htx_user")" \
        user-1-project-1@export.invalid,user-1@export.invalid,user-2@export.invalid
    jq -c '[.[] | .id += 100 | .annotations[].id += 100]' "$file" >"$file.other"
    import "$file.other" --project 2
    assert_equal "$(query 'SELECT COUNT(*) FROM task_completion WHERE project_id = 2 AND completed_by_id IN (1, 2)')" 0
}
