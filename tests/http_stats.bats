#!/usr/bin/env bats
# Statistics of a project, at the paths of the SDK: the vendor's tutorial (nine tasks whose three annotators chose AAA,
# ABC, BCC in turn) with numbers by hand, and what happens to them when something changes.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

P=160
stats=/api/projects/$P/stats
quality=/api/projects/$P/analytics/data-quality/agreement-analysis

# tool COMMAND ..: with the loader's account.
tool() {
    AGREEMENT_MYSQL_FILE=$SCRATCH/loader.cnf "$TOOL" "$@"
}

setup_file() {
    server_up
    tool import "$SOURCE_DIR/tests/data/reference/tutorial.json" --project $P --organization 1 --title Tutorial \
        --label-config "$SOURCE_DIR/tests/data/reference/tutorial.xml" >&2
    # Nobody was flagged, so that all agree on it: the tutorial is about the other control.
    tool dimensions set --project $P --dimension flag --active false
    # Two models on the first task, and a ground truth.
    sql <<'END'
INSERT INTO prediction (task_id, project_id, model_version, result) SELECT id, 160, 'org/m 1',
    '[{"id":"r","from_name":"toxicity","to_name":"text","type":"choices","value":{"choices":["Non-toxic"]}}]' FROM task WHERE project_id = 160;
INSERT INTO prediction (task_id, project_id, model_version, result) SELECT MIN(id), 160, 'm2',
    '[{"id":"r","from_name":"toxicity","to_name":"text","type":"choices","value":{"choices":["Very toxic"]}}]' FROM task WHERE project_id = 160;
UPDATE task_completion SET ground_truth = 1 WHERE id IN (SELECT * FROM (SELECT MIN(c.id) FROM task_completion c JOIN task k ON k.id = c.task_id WHERE k.project_id = 160) x);
UPDATE task_completion c JOIN task k ON k.id = c.task_id SET c.lead_time = c.id % 7 WHERE k.project_id = 160;
END
}

teardown_file() {
    server_down
}

# near FILTER EXPECTED: a number of the body, to 1e-12.
near() {
    jq -e "($1) as \$x | (\$x - ($2)) | fabs < 1e-12" "$body" || { jq -c . "$body"; return 1; }
}

# users: the ids of the three annotators, one a line.
users() {
    curl -sS "$BASE/api/projects/$P/annotators/" -H "Authorization: Token $ann" | jq '.[].id'
}

# restored: what setup_file() made, after a change.
waits() {
    jq -e '.detail | test("not up to date")' "$body"
}

@test "IAA: pairs, their tasks, nothing on the diagonal" {
    get $stats/IAA
    assert_status 200
    near '.IAA[0][1]' '1/3'
    near '.IAA[0][2]' '1/3'
    near '.IAA[1][2]' '2/3'
    assert_equal "$(jq -c "[.IAA[0][0], .IAA[1][0] == .IAA[0][1], .common_tasks[0], (.users | length), has(\"std\")] | $plain_numbers" "$body")" \
        '[1,true,[0,9,9],3,false]'
    assert_equal "$(jq -c .users "$body")" "$(users | jq -sc .)"
    get "$stats/IAA?expand=users"
    assert_equal "$(jq -c '.users[0] | keys' "$body")" '["avatar","email","first_name","id","initials","last_name","username"]'
    get "$stats/IAA?std=true"
    # 27 cells, 12 of them 1.
    near '.std' '((12 - 144 / 27) / 26) | sqrt'
}

@test "IAA of some tasks, of each label, of a task that is not there" {
    local first
    get "/api/tasks/?project=$P"
    first=$(jq '.tasks[0].id' "$body")
    get "$stats/IAA?task=$first,$((first + 1))"
    assert_equal "$(jq -c "[.IAA[0][1], .common_tasks[0][1]] | $plain_numbers" "$body")" '[0.5,2]'
    get "$stats/IAA?per_label=true&std=1"
    near '.IAA["Non-toxic"][0][1]' '1/2'
    assert_equal "$(jq -c '[.IAA["Non-toxic"][0][0], (.common_tasks | keys), (.std | keys)]' "$body")" \
        '[null,["Non-toxic","Somewhat toxic","Very toxic"],["Non-toxic","Somewhat toxic","Very toxic"]]'
    get "$stats/IAA?task=$first,100001"
    assert_status 404
    assert_equal "$(jq -r .detail "$body")" "No Task matches the given query: 100001."
    get "$stats/IAA?task=1,x"
    assert_status 400
    assert_equal "$(jq -c .validation_errors "$body")" '{"task":["\"x\": A valid integer is required."]}'
}

@test "the project, its annotators, its dimensions" {
    local one two three
    get $stats/total_agreement
    near .total_agreement '4/9'
    get "$stats/total_agreement?per_label=true"
    near '.total_agreement["Non-toxic"]' '(3 + 0 + 0) / 6'
    { read -r one; read -r two; read -r three; } < <(users)
    get $stats/agreement_annotator/"$one"
    near .Agreement_per_annotator '1/3'
    get "$stats/agreement_annotators?ids=$one,$two,$three,99"
    near ".agreement[\"$two\"]" '1/2'
    near ".agreement[\"$three\"]" '1/2'
    assert_equal "$(jq -c '.agreement["99"]' "$body")" null
    get $stats/agreement_annotators
    assert_status 400
    get $quality/dimensions
    near '.[0].agreement' '4/9'
    assert_equal "$(jq -c '.[0] | .from_name, .name' "$body")" "$(printf '"toxicity"\n"toxicity"')"
}

@test "the distribution: ten bins, a threshold of the project" {
    get $quality/distribution
    near .average_agreement '4/9'
    assert_equal "$(jq -c '[.histogram, .low_agreement_count, .total_tasks]' "$body")" '[[3,0,0,3,0,0,0,0,0,3],0,9]'
    tool projects set --project $P --agreement-threshold 0.5
    get $quality/distribution
    assert_equal "$(jq -c .low_agreement_count "$body")" 6
    tool projects set --project $P --agreement-threshold ''
    get $quality/distribution
    assert_equal "$(jq -c .low_agreement_count "$body")" 0
}

@test "consensus is a setting of the project" {
    tool projects set --project $P --agreement-methodology consensus
    get $stats/total_agreement
    near .total_agreement '(1 + 1/3 + 2/3) / 3'
    get $stats/IAA
    near '.IAA[1][2]' '2/3'
    tool projects set --project $P --agreement-methodology pairwise
    get $stats/total_agreement
    near .total_agreement '4/9'
    run tool projects set --project $P --agreement-methodology majority
    assert_equal "$status" 2
    run tool projects set --project 9999 --agreement-methodology consensus
    assert_equal "$status" 1
}

@test "models and the ground truth" {
    local one two
    { read -r one; read -r two; } < <(users)
    # The model says Non-toxic everywhere: as the first annotator on 6 tasks, the second on 3, the third on 3.
    get "/api/projects/$P/model-stats/org%2Fm%201/agreement"
    assert_status 200
    near .agreement '(3 * 1 + 3 * (1/3) + 0) / 9'
    get /api/projects/$P/model-stats/m2/prediction
    near .average_prediction_agreement_per_model 0
    get "/api/projects/$P/model-stats/m2/agreement-groundtruth"
    near .agreement 0
    get /api/projects/$P/model-stats/m3/agreement
    assert_status 404
    get /api/projects/$P/user-stats/"$one"/prediction
    # One task has a second model that the annotators disagree with.
    near .average_prediction_agreement_per_user '(1/2 + 2 + 3 + 0) / 9'
    get "/api/projects/$P/user-stats/prediction?ids=$one"
    near ".agreement[\"$one\"]" '(1/2 + 2 + 3 + 0) / 9'
    get "$stats/agreement-groundtruth?ids=$two,$one"
    near ".agreement[\"$two\"]" 1
    # The first annotator's own annotation is the ground truth.
    assert_equal "$(jq -c ".agreement[\"$one\"]" "$body")" null
    get "/api/projects/$P/users/$two/stats/agreement-groundtruth?per_label=true"
    near '.agreement["Non-toxic"]' 1
}

@test "confusion: symmetric over all, directed against the ground truth" {
    get $quality/confusion-matrix
    assert_status 200
    assert_equal "$(jq -c .labels "$body")" '["Non-toxic","Somewhat toxic","Very toxic"]'
    # AAA: three pairs A-A; ABC: A-B, A-C, B-C; BCC: B-C twice, C-C. Three times each.
    assert_equal "$(jq -c "[.matrix] | $plain_numbers" "$body")" '[[[9,1.5,1.5],[1.5,0,4.5],[1.5,4.5,3]]]'
    assert_equal "$(jq -c '.top_confusion_pairs[0] | [.actual, .label, .count]' "$body")" '["Somewhat toxic","Very toxic",9]'
    near '.top_confusion_pairs[0].rate' '9/15'
    near '.recall[0]' '9/12'
    get "$quality/confusion-matrix?mode=ground_truth&from_name=toxicity"
    assert_equal "$(jq -c '.labels, .matrix' "$body")" "$(printf '["Non-toxic"]\n[[2]]')"
    get "$quality/confusion-matrix?from_name=nothing"
    assert_status 404
    get "$quality/confusion-matrix?mode=accepted"
    assert_status 404
    assert_equal "$(jq -r '.detail | test("Reviews")' "$body")" true
}

@test "the use of labels" {
    get $stats/label-distribution/structure
    assert_equal "$(jq -c '[.choice_keys[0], (.choice_keys | length), .has_predictions, .dimensions[0].type]' "$body")" \
        '["toxicity___SEP___Non-toxic",3,true,"choices"]'
    get $stats/label-distribution/counts
    assert_equal "$(jq -c '[.results[] | [.choice, .from_annotations_count, .from_predictions_count]]' "$body")" \
        '[["Non-toxic",12,9],["Somewhat toxic",6,0],["Very toxic",9,1]]'
    assert_equal "$(jq -c '[.totals.annotation_totals_by_dimension.toxicity, .next_offset]' "$body")" '[27,null]'
    get "$stats/label-distribution/counts?limit=1&offset=1"
    assert_equal "$(jq -c '[.results[].choice, .next_offset]' "$body")" '["Somewhat toxic",2]'
    get "$stats/label-distribution/counts?choice_keys=toxicity___SEP___Very%20toxic___PIPE___toxicity___SEP___Somewhat%20toxic"
    assert_equal "$(jq -c '[.results[].choice]' "$body")" '["Somewhat toxic","Very toxic"]'
    get "$stats/label-distribution/counts" -G --data-urlencode 'filters={"conjunction":"and","items":[{"filter":"filter:tasks:id"}]}'
    assert_status 400
}

@test "lead times and people" {
    get $stats/lead_time
    assert_equal "$(jq '.lead_time_stats | length' "$body")" 3
    jq -e '.lead_time_stats[0] | .sum_lead_time > 0 and (.mean_time * 9 - .sum_lead_time | fabs) < 1e-9 and (.median_time | type) == "number"' "$body"
    get /api/projects/$P/annotators
    assert_equal "$(jq length "$body")" 3
}

@test "tasks: the worst first, filtered, by pages; one task" {
    local id
    get "/api/tasks/?project=$P&ordering=agreement&page_size=4"
    assert_equal "$(jq -c "[.tasks[].agreement * 3 | round] | $plain_numbers" "$body")" '[0,0,0,1]'
    assert_equal "$(jq -c '[.total, .total_annotations, .total_predictions]' "$body")" '[9,27,0]'
    get "/api/tasks?project=$P&ordering=-agreement&page=3&page_size=4"
    assert_equal "$(jq -c "[.tasks[].agreement] | $plain_numbers" "$body")" '[0]'
    get "/api/tasks?project=$P&page=4&page_size=4"
    assert_equal "$(jq -c .tasks "$body")" '[]'
    get "/api/tasks?project=$P&agreement__lt=0.1"
    assert_equal "$(jq -c .total "$body")" 3
    get "/api/tasks" -G -d project=$P -d page_size=1 --data-urlencode 'query={"ordering":["-tasks:agreement"]}'
    assert_equal "$(jq -c "[.tasks[].agreement] | $plain_numbers" "$body")" '[1]'
    id=$(jq '.tasks[0].id' "$body")
    get "/api/tasks?project=$P&ordering=color"
    assert_status 400
    assert_equal "$(jq -r '.validation_errors.ordering[0] | test("color")' "$body")" true
    get /api/tasks
    assert_status 400
    get "/api/tasks/$id/"
    assert_status 200
    assert_equal "$(jq -c "[.agreement, .project, (.annotations | length), .annotations[0].result[0].type] | $plain_numbers" "$body")" '[1,160,3,"choices"]'
    get /api/tasks/100001/
    assert_status 404
}

# bats test_tags=all
@test "the official SDK: every call of the vendor's tutorial, typed, both clients" {
    local out=$BATS_TEST_TMPDIR/sdk
    "$AM_SDK_PYTHON" "$BATS_TEST_DIRNAME/lib/project_sdk.py" "$BASE" "$ann" $P 'org/m 1' m2 >"$out" || { tail -3 "$out"; return 1; }
    near_in() {
        jq -se "[.[] | select(.call == \"$1\")][0] | ($2) as \$x | (\$x - ($3)) | fabs < 1e-12" "$out" || { cat "$out"; return 1; }
    }
    near_in total_agreement .answer.total_agreement '4/9'
    near_in agreement_annotator .answer.Agreement_per_annotator '1/3'
    near_in iaa '.answer.IAA[1][2]' '2/3'
    near_in data_quality_agreement_distribution '.answer.histogram[3]' 3
    near_in model_version_annotator_agreement .answer.agreement '4/9'
    assert_equal "$(jq -sc '[.[] | select(.call == "tasks")][0].answer | length' "$out")" 9
    assert_equal "$(jq -sc "[.[] | select(.call == \"worst\")][0].answer[0] | $plain_numbers" "$out")" 0
    assert_equal "$(jq -sc '[.[] | select(.status != null) | .status]' "$out")" '[404,404]'
}

@test "tasks that are asked for at once have the answers that each has alone" {
    local dir=$BATS_TEST_TMPDIR task round
    mapfile -t tasks < <(sql <<<"SELECT id FROM task WHERE project_id = $P")
    for task in "${tasks[@]}"; do
        matrix $P "$task" '{"annotators":{"all":true},"models":{"all":true},"ground_truth":true}' >/dev/null
        assert_status 200
        cp "$body" "$dir/alone.$task"
    done
    for ((round = 0; round < 8; round++)); do
        for task in "${tasks[@]}"; do
            printf 'url = "%s/api/projects/%s/tasks/%s/agreement-matrix?selection%%5Bannotators%%5D%%5Ball%%5D=1&selection%%5Bmodels%%5D%%5Ball%%5D=1&selection%%5Bground_truth%%5D=1"\noutput = "%s"\n' \
                "$BASE" $P "$task" "$dir/$round.$task"
        done
    done >"$dir/questions"
    curl -sS -g -Z --parallel-immediate --parallel-max 24 -H "Authorization: Token $ann" -K "$dir/questions"
    for ((round = 0; round < 8; round++)); do
        for task in "${tasks[@]}"; do
            cmp "$dir/$round.$task" "$dir/alone.$task"
        done
    done
}

@test "a direct UPDATE is in the very next answer, and comes out again" {
    get $stats/total_agreement
    near .total_agreement '4/9'
    sql <<<"UPDATE task_completion c JOIN task k ON k.id = c.task_id SET c.result = REPLACE(c.result, 'Non-toxic', 'Very toxic') WHERE k.project_id = $P"
    get $stats/total_agreement
    near .total_agreement '(3 + 3 * (1/3) + 3 * (1/3)) / 9'
    sql <<<"UPDATE task_completion c JOIN task k ON k.id = c.task_id SET c.result = REPLACE(c.result, 'Very toxic', 'Somewhat toxic') WHERE k.project_id = $P"
    get $stats/total_agreement
    near .total_agreement 1
    sql <<<"DELETE FROM agreement_score; DELETE FROM task_completion WHERE project_id = $P; DELETE FROM prediction WHERE project_id = $P"
    get $stats/total_agreement
    assert_status 204
    assert_equal "$(wc -c <"$body")" 0
    tool import "$SOURCE_DIR/tests/data/reference/tutorial.json" --project $P >&2
    get $stats/total_agreement
    near .total_agreement '4/9'
}

@test "what is kept, refreshed, and not there" {
    tool refresh --project $P
    sql <<<"UPDATE agreement_score SET scores = 'x', labels = '' WHERE project_id = $P"
    get $stats/total_agreement
    near .total_agreement '4/9'
    sql <<<"DELETE FROM agreement_score WHERE project_id = $P"
    get "/api/projects/$P/update-stats" -d ""
    assert_status 200
    assert_equal "$(jq -c '[.computed, .tasks]' "$body")" '[9,9]'
    run tool refresh --project $P --jobs 3
    assert_equal "$output" "9 tasks: 0 computed, 9 were current."
    get "/api/projects/$P/update-stats?stat_type=stats"
    assert_status 200
    get "/api/projects/$P/stats/IAA" -d ""
    assert_status 405
    get "/api/projects/$P/update-stats" -X PUT -d ""
    assert_equal "$(header Allow)" "GET, HEAD, POST"
    run tool refresh --project 9999
    assert_equal "$status" 1
}

@test "who may not, and what is not known" {
    request $stats/IAA
    assert_status 401
    get /api/projects/9999/stats/IAA
    assert_status 404
    get /api/projects/$P/stats/member_performance_rows/
    assert_status 404
    assert_equal "$(jq -r '.detail | test("Reviews")' "$body")" true
    # Somebody of another organization.
    request $stats/IAA -H "Authorization: Token $(repeat f6 20)"
    assert_status 404
    request /api/tasks/1/ -H "Authorization: Token $(repeat f6 20)"
    assert_status 404
}

some_are_kept() {
    [ "$(sql <<<"SELECT COUNT(*) > 0 FROM agreement_score WHERE project_id = $1")" = 1 ]
}

# The other worker goes on with the orders that wait; that of the killed one is never told of.
@test "a worker of refresh that is killed is told of" {
    local refresher
    jq -nc '[range(12000) | . as $t | {id: (700000 + $t), data: {text: "t"}, annotations: [range(2) | {id: (700000 + 2 * $t + .), completed_by: (. + 1), result: [
        {id: "a", from_name: "toxicity", to_name: "text", type: "choices", value: {choices: ["Very toxic"]}}]}]}]' >"$BATS_TEST_TMPDIR/many.json"
    tool import "$BATS_TEST_TMPDIR/many.json" --project 77 --organization 1 --title Many \
        --label-config "$SOURCE_DIR/tests/data/reference/tutorial.xml" >&2
    sql <<<"DELETE FROM agreement_score WHERE project_id = 77"
    AGREEMENT_MYSQL_FILE=$SCRATCH/loader.cnf "$TOOL" refresh --project 77 --jobs 2 >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    refresher=$!
    wait_until 10 some_are_kept 77
    kill -KILL "$(pgrep -P $refresher -n)"
    if ! timeout 20 tail --pid=$refresher -f /dev/null; then
        kill $refresher
        fail "refresh waits for a worker that is gone"
    fi
    status=0
    wait $refresher || status=$?
    assert_equal "$status" 1
    run cat "$BATS_TEST_TMPDIR/out"
    assert_equal "$output" "agreement-matrix refresh: a worker ended before its time"
}
