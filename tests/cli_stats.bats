#!/usr/bin/env bats
# The statistics of exports on the command line: by hand for the vendor's tutorial, those of the service to the last bit for an export with everything
# in it, each table in each format, and what is refused.
SERVER=lighttpd
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

P=161
Q=162
tutorial=$SOURCE_DIR/tests/data/reference/tutorial

# tool COMMAND ..: with the loader's account.
tool() {
    AGREEMENT_MYSQL_FILE=$SCRATCH/loader.cnf "$TOOL" "$@"
}

# offline ARGUMENTS..: of files, without any database.
offline() {
    env -u AGREEMENT_MYSQL_FILE "$TOOL" stats "$@"
}

of_tutorial() {
    offline "$tutorial.json" --label-config "$tutorial.xml" --dimension toxicity "$@"
}

# near FILTER EXPECTED <JSON: a number, to 1e-12.
near() {
    jq -e "($1) as \$x | (\$x - ($2)) | fabs < 1e-12" >/dev/null
}

config='<View><Image name="i" value="$i"/><RectangleLabels name="box" toName="i"><Label value="car"/><Label value="bus"/></RectangleLabels>
<Choices name="mood" toName="i"><Choice value="good"/><Choice value="bad"/><Choice value="so so"/></Choices>
<Choices name="tags" toName="i" choice="multiple"><Choice value="a"/><Choice value="b"/><Choice value="c"/></Choices>
<Rating name="stars" toName="i"/><TextArea name="note" toName="i"/></View>'

# everything FIRST TASKS: tasks that four people and two models have seen, some of them; one annotation is the ground truth, one cancelled, one of a
# person who has said something else before.
everything() {
    jq -nc --argjson first "$1" --argjson n "$2" '
        def result($i; $p): (($i * 7 + $p * $p * 3) % 5) as $x |
            [range(if $x == 3 then 2 else 1 end) as $k
                | {id: "b\($k)", from_name: "box", to_name: "i", type: "rectanglelabels", original_width: 100, original_height: 100,
                   value: {x: ($i % 20 + $p * 3 + $k * 20), y: ($i % 13 + $p), width: 20.5, height: (20 + $p), rotation: 0,
                           rectanglelabels: [if ($i * $p + $k) % 3 == 1 then "bus" else "car" end]}}]
            + [{id: "m", from_name: "mood", to_name: "i", type: "choices", value: {choices: [["good", "bad", "so so"][($i + ($x * $p) % 4) % 3]]}}]
            + [{id: "t", from_name: "tags", to_name: "i", type: "choices", value: {choices: (["a", "b", "c"] | .[: 1 + ($i + $x) % 3])}}]
            + [{id: "s", from_name: "stars", to_name: "i", type: "rating", value: {rating: (1 + ($i + ($p * $i) % 2) % 4)}}]
            + [{id: "n", from_name: "note", to_name: "i", type: "textarea", value: {text: ["the \(["cat", "dog", "bird"][$x % 3]) sat \($i % 4)"]}}];
        [range($n) as $i | {id: ($first + $i), data: {i: "x"},
            annotations: ([range(4) as $p | select(($i + $p) % 5 != 4)
                | {id: ($first * 10 + $i * 10 + $p), completed_by: (1 + $p), updated_at: "2026-01-01T00:00:0\($p)Z", lead_time: ($i * 1.1 + $p),
                   ground_truth: ($p == 2 and $i % 4 == 0), was_cancelled: ($p == 3 and $i % 7 == 0), result: result($i; $p)}]
                + [select($i % 4 == 1) | {id: ($first * 10 + $i * 10 + 9), completed_by: 1, updated_at: "2025-01-01T00:00:00Z", result: result($i + 1; 3)}]),
            predictions: [range(2) as $m | select(($i + $m) % 3 != 0)
                | {id: ($first * 10 + $i * 10 + $m), model_version: "m\($m)", updated_at: "2026-01-01T00:00:00Z", result: result($i; $m * 2 + 1)}]}]'
}

setup_file() {
    server_up
    cd "$BATS_FILE_TMPDIR" || return
    everything 16100 31 >all.json
    echo "$config" >all.xml
    # In two files, the second of which has something more of a task of the first.
    jq -c '.[:15] | .[3].annotations |= .[:1]' all.json >one.json
    jq -c '[.[3] | .annotations |= .[1:]] + .[15:]' all.json >two.json
    jq -c 'reverse' all.json >reversed.json
    tool import all.json --project $P --organization 1 --title All --label-config all.xml >&2
    # More values than are all compared with each other.
    everything 17000 900 | jq -c 'map(.annotations[].result |= map(select(.from_name == "box")) | .predictions = [])' >boxes.json
    tool import boxes.json --project $Q --organization 1 --title Boxes --label-config all.xml >&2
}

teardown_file() {
    server_down
}

all() {
    offline "$BATS_FILE_TMPDIR/all.json" --label-config "$BATS_FILE_TMPDIR/all.xml" --format json "$@"
}

# same FILTER FILTER: of what the command said (in $BATS_TEST_TMPDIR/stats) and of the body, to the last bit.
same() {
    local is expected
    is=$(jq -c "$1" "$BATS_TEST_TMPDIR/stats")
    expected=$(jq -c "$2" "$body")
    [[ -n $is && $is != null && $is != '[]' ]] || fail "$1: nothing is there"
    assert_equal "$is" "$expected"
}

# same_of_coefficients PROJECT DIMENSION BY: of the dimension in $BATS_TEST_TMPDIR/stats.
same_of_coefficients() {
    get "/api/projects/$1/stats/reliability?dimension=$(dimension_of "$1" "$2")&by=$3"
    assert_status 200
    same ".dimensions[] | select(.name == \"$2\") | .reliability" 'del(.dimension)'
}

dimension_of() {
    curl -sS "$BASE/api/projects/$1/dimensions/" -H "Authorization: Token $ann" | jq ".[] | select(.name == \"$2\") | .id"
}

@test "the tutorial: its numbers by hand" {
    of_tutorial --format json >"$BATS_TEST_TMPDIR/stats"
    near .total_agreement '4/9' <"$BATS_TEST_TMPDIR/stats"
    near '.IAA[0][1]' '1/3' <"$BATS_TEST_TMPDIR/stats"
    near '.IAA[0][2]' '1/3' <"$BATS_TEST_TMPDIR/stats"
    near '.IAA[1][2]' '2/3' <"$BATS_TEST_TMPDIR/stats"
    near '.annotators[0].agreement' '1/3' <"$BATS_TEST_TMPDIR/stats"
    near '.annotators[1].agreement' '1/2' <"$BATS_TEST_TMPDIR/stats"
    near '.annotators[2].agreement' '1/2' <"$BATS_TEST_TMPDIR/stats"
    # The first person's means of tasks are 0, 0, 0, 0, 0, 0, 1, 1, 1: s = 1/2, and t = 2.306 with 8 degrees of freedom.
    near '.annotators[0].ci[1]' '1/3 + 2.306004135204166 * 0.5 / 3' <"$BATS_TEST_TMPDIR/stats"
    assert_equal "$(jq -c "[.total_tasks, .scored_tasks, .people, .pairs, .histogram, .annotators[0].ci[0], .common_tasks[0], .IAA[0][0]] | $plain_numbers" \
        "$BATS_TEST_TMPDIR/stats")" '[9,9,3,3,[3,0,0,3,0,0,0,0,0,3],0,[0,9,9],1]'
    of_tutorial --format json --methodology consensus | near .total_agreement '(1 + 1/3 + 2/3) / 3'
    assert_equal "$(of_tutorial --format json --threshold 0.5 | jq .low_agreement_count)" 6
}

@test "the table: a summary, dimensions and people, who agrees least first" {
    run of_tutorial
    assert_equal "$status" 0
    assert_equal "${lines[0]}" "agreement 0.444 (0.105 to 0.783), pairwise, of 9 tasks of 9; 3 people, 3 pairs"
    assert_equal "${lines[1]}" "tasks by agreement, 0 to 1 in tenths: 3 0 0 3 0 0 0 0 0 3"
    [[ ${lines[3]} = "toxicity   0.444      9      alpha        nominal   0.167  -0.252  0.585"* ]] || fail "${lines[3]}"
    [[ ${lines[4]} = "toxicity: Fewer than 10 tasks"* ]] || fail "${lines[4]}"
    [[ ${lines[6]} = "user-1@export.invalid  9      0.333"* ]] || fail "${lines[6]}"
    run of_tutorial --by person --threshold 0.5
    [[ ${lines[1]} = *"; below 0.5: 6" ]] || fail "${lines[1]}"
    [[ ${lines[2]} = *without:alpha:toxicity* && ${lines[3]} = user-1*0.485* ]] || fail "${lines[*]}"
}

@test "the service says the same, to the last bit: project, people, models, labels" {
    local stats=/api/projects/$P/stats quality=/api/projects/$P/analytics/data-quality/agreement-analysis model ids
    all >"$BATS_TEST_TMPDIR/stats"
    get $stats/total_agreement
    same .total_agreement .total_agreement
    get "$stats/IAA?std=1"
    same '.IAA, .common_tasks, .std, [.users[].id]' '.IAA, .common_tasks, .std, .users'
    get $quality/distribution
    same '.total_agreement, .histogram, .total_tasks, .low_agreement_count' '.average_agreement, .histogram, .total_tasks, .low_agreement_count'
    get $quality/dimensions
    same '[.dimensions[] | .name, .control_tag, .agreement]' '[.[] | .name, .control_tag, .agreement]'
    ids=$(jq -r '[.users[].id | tostring] | join(",")' "$BATS_TEST_TMPDIR/stats")
    get "$stats/agreement_annotators?ids=$ids"
    same '[.annotators[] | {key: (.user_id | tostring), value: .agreement}] | from_entries' .agreement
    get "$stats/agreement-groundtruth?ids=$ids"
    same '[.annotators[] | {key: (.user_id | tostring), value: .agreement_with_ground_truth}] | from_entries' .agreement
    get "/api/projects/$P/user-stats/prediction?ids=$ids"
    same '[.annotators[] | {key: (.user_id | tostring), value: .agreement_with_predictions}] | from_entries' .agreement
    for model in m0 m1; do
        get /api/projects/$P/model-stats/$model/agreement
        same ".models[] | select(.model == \"$model\") | .agreement" .agreement
        get /api/projects/$P/model-stats/$model/agreement-groundtruth
        same ".models[] | select(.model == \"$model\") | .agreement_with_ground_truth" .agreement
        get /api/projects/$P/model-stats/$model/prediction
        same ".models[] | select(.model == \"$model\") | .agreement_with_predictions" .average_prediction_agreement_per_model
    done
    get $stats/lead_time
    same '[.annotators[] | {mean_time, median_time, sum_lead_time, user_id}]' .lead_time_stats
    get "$stats/total_agreement?per_label=true"
    # Numbers of a rating are used, but nobody agrees on one alone.
    same '[.dimensions[].labels[] | .total_agreement | select(. != null)] | sort' '[.total_agreement[]] | sort'
    get $stats/label-distribution/counts
    same '[.dimensions[].labels[] | [.choice, .from_annotations_count, .from_annotations_percent, .from_predictions_count, .from_predictions_percent]]' \
        '[.results[] | [.choice, .from_annotations_count, .from_annotations_percent, .from_predictions_count, .from_predictions_percent]]'
    get "/api/tasks?project=$P&ordering=agreement&page_size=100"
    same '[.tasks[] | .id, .agreement]' '[.tasks[] | .id, .agreement]'
}

@test "the service says the same, to the last bit: confusion and coefficients" {
    local quality=/api/projects/$P/analytics/data-quality/agreement-analysis name by
    all >"$BATS_TEST_TMPDIR/stats"
    for name in box mood tags stars; do
        get "$quality/confusion-matrix?from_name=$name"
        same ".dimensions[] | select(.name == \"$name\") | .confusion.all" .
        get "$quality/confusion-matrix?from_name=$name&mode=ground_truth"
        same ".dimensions[] | select(.name == \"$name\") | .confusion.ground_truth" .
    done
    for name in box mood tags stars note; do
        same_of_coefficients $P $name none
    done
    for by in person pair; do
        all --by $by >"$BATS_TEST_TMPDIR/stats"
        for name in box mood tags stars note; do
            same_of_coefficients $P $name $by
        done
    done
    all --by label >"$BATS_TEST_TMPDIR/stats"
    for name in box mood tags; do
        same_of_coefficients $P $name label
    done
    same_of_coefficients $P stars none
    all --by category >"$BATS_TEST_TMPDIR/stats"
    for name in mood tags stars; do
        same_of_coefficients $P $name category
    done
    all --dimension mood --coefficient cohen --weights identity --draws 50 --seed 7 >"$BATS_TEST_TMPDIR/stats"
    get "/api/projects/$P/stats/reliability?dimension=$(dimension_of $P mood)&coefficient=cohen&weights=identity&draws=50&seed=7"
    same '.dimensions[0].reliability' 'del(.dimension)'
}

@test "of more values than can be compared the same ones are drawn" {
    offline "$BATS_FILE_TMPDIR/boxes.json" --label-config "$BATS_FILE_TMPDIR/all.xml" --dimension box --format json >"$BATS_TEST_TMPDIR/stats"
    assert_equal "$(jq -c '.dimensions[0].reliability.expected.exact' "$BATS_TEST_TMPDIR/stats")" false
    same_of_coefficients $Q box none
}

@test "a project of the database" {
    all --by person --dawid-skene >"$BATS_TEST_TMPDIR/files"
    tool stats --project $P --by person --dawid-skene --format json >"$BATS_TEST_TMPDIR/database"
    # Dimensions have other numbers there, users no names.
    local plain='walk(if type == "object" then del(.dimension_id, .users) else . end)'
    diff <(jq "$plain" "$BATS_TEST_TMPDIR/files") <(jq "$plain" "$BATS_TEST_TMPDIR/database")
    tool projects set --project $P --agreement-methodology consensus --agreement-threshold 0.5
    diff <(tool stats --project $P) <(tool stats --project $P --methodology consensus --threshold 0.5)
    assert_equal "$(tool stats --project $P --format json | jq -c '[.methodology, .total_agreement, .low_agreement_count]')" \
        "$(all --methodology consensus --threshold 0.5 | jq -c '["consensus", .total_agreement, .low_agreement_count]')"
    tool projects set --project $P --agreement-methodology pairwise --agreement-threshold ''
    run tool stats --project 9999
    assert_equal "$status" 1
}

@test "the order of tasks and of files does not matter" {
    cd "$BATS_FILE_TMPDIR"
    local format
    for format in json csv table; do
        offline all.json --label-config all.xml --format $format --by pair >"$BATS_TEST_TMPDIR/is"
        [[ -s $BATS_TEST_TMPDIR/is ]]
        offline reversed.json --label-config all.xml --format $format --by pair | diff - "$BATS_TEST_TMPDIR/is"
        offline one.json two.json --label-config all.xml --format $format --by pair | diff - "$BATS_TEST_TMPDIR/is"
        offline two.json - --label-config all.xml --format $format --by pair <one.json | diff - "$BATS_TEST_TMPDIR/is"
    done
    # Without a configuration results suggest the dimensions.
    offline all.json --by dimension --format csv | jq -Rse 'split("\n") | length == 7' >/dev/null
}

@test "each table in each format" {
    cd "$BATS_FILE_TMPDIR"
    local by rows
    for by in pair person label task dimension category; do
        offline all.json --label-config all.xml --draws 0 --by $by --format csv >"$BATS_TEST_TMPDIR/$by.csv"
        offline all.json --label-config all.xml --draws 0 --by $by >"$BATS_TEST_TMPDIR/$by.table"
        rows=$(($(wc -l <"$BATS_TEST_TMPDIR/$by.csv")))
        # Two lines of the summary and an empty one.
        assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/$by.table")" $((rows + 3))
        # As many cells in each row.
        awk -F, 'NR == 1 { n = NF } NF != n { exit 1 }' <(sed 's/"[^"]*"/x/g' "$BATS_TEST_TMPDIR/$by.csv")
    done
    assert_equal "$(head -1 "$BATS_TEST_TMPDIR/pair.csv")" "a,b,agreement,std,common_tasks,alpha:box,alpha:mood,alpha:tags,alpha:stars,alpha:note"
    assert_equal "$(head -1 "$BATS_TEST_TMPDIR/person.csv" | cut -d, -f1-9)" "person,tasks,agreement,low,high,ground_truth,model:m0,model:m1,median_time"
    assert_equal "$(cut -d, -f3 "$BATS_TEST_TMPDIR/person.csv" | tail -n +2)" "$(cut -d, -f3 "$BATS_TEST_TMPDIR/person.csv" | tail -n +2 | sort -g)"
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/task.csv")" 32
    # Without --by: pairs.
    diff <(offline all.json --label-config all.xml --draws 0 --format csv) <(cut -d, -f1-5 "$BATS_TEST_TMPDIR/pair.csv")
}

@test "Dawid and Skene: error rates, the most likely label" {
    # The 1979 table, less the first observer's second and third rating: a person has one latest annotation of a task.
    jq -c '[.counts | to_entries[] | {id: (.key + 1), data: {t: "x"}, annotations: [.value | to_entries[] | {id: 1, completed_by: (.key + 1),
        result: [{id: "r", from_name: "grade", to_name: "t", type: "choices", value: {choices: [.value | index(max) + 1 | tostring]}}]}]}]
        | [range(length) as $i | .[$i] | .annotations |= [range(length) as $k | .[$k] | .id = $i * 10 + $k + 1]]' \
        "$SOURCE_DIR/tests/data/reference/dawid_skene.json" >"$BATS_TEST_TMPDIR/patients.json"
    offline "$BATS_TEST_TMPDIR/patients.json" --dawid-skene --format json >"$BATS_TEST_TMPDIR/stats"
    jq -e '.dimensions[0].dawid_skene | .converged and .iterations > 1 and .log_likelihood < 0 and .labels == ["1", "2", "3", "4"]
        and (.people | length) == 5 and (.tasks | length) == 45 and (.marginals | add - 1 | fabs < 1e-12)
        and ([.people[].error_rates[] | select(.[0] != null) | add - 1 | fabs] | max < 1e-9)' "$BATS_TEST_TMPDIR/stats"
    # All five say 1 of the first patient.
    assert_equal "$(jq -c '.dimensions[0].dawid_skene.tasks[0] | .task, .label, (.probability > 0.99)' "$BATS_TEST_TMPDIR/stats" | tr '\n' ' ')" '1 "1" true '
    run offline "$BATS_TEST_TMPDIR/patients.json" --dawid-skene --draws 0
    [[ $output = *"Dawid and Skene, grade: log-likelihood -"*" rounds"* ]] || fail "$output"
    # Nothing of it where nobody asks, and no error where there are no categories.
    of_tutorial --format json | jq -e '.dimensions[0] | has("dawid_skene") | not'
    all --dimension box --dawid-skene --draws 0 | jq -e '.dimensions[0].dawid_skene.reason | test("categories")'
}

@test "people without a name, and files that are not whole" {
    jq -c 'map(del(.annotations[0].completed_by))' "$BATS_FILE_TMPDIR/all.json" >"$BATS_TEST_TMPDIR/unnamed.json"
    run offline "$BATS_TEST_TMPDIR/unnamed.json" --draws 0
    [[ $output = *"do not say whose they are"*"unless with --unnamed"* ]] || fail "$output"
    offline "$BATS_TEST_TMPDIR/unnamed.json" --unnamed --draws 0 --dimension mood --by person --format json 2>/dev/null |
        jq -e '.dimensions[0].reliability.groups | any(.person | type == "string" and startswith("annotation:"))'
    { jq -c '.[:4][]' "$BATS_FILE_TMPDIR/all.json" && echo '{"id":5,"annotations":7}' && jq -c '.[4:][]' "$BATS_FILE_TMPDIR/all.json"; } >"$BATS_TEST_TMPDIR/lines.jsonl"
    run offline "$BATS_TEST_TMPDIR/lines.jsonl"
    assert_equal "$status" 1
    [[ $output = "agreement-matrix stats: $BATS_TEST_TMPDIR/lines.jsonl: line 5"* ]] || fail "$output"
    offline "$BATS_TEST_TMPDIR/lines.jsonl" --label-config "$BATS_FILE_TMPDIR/all.xml" --keep-going --format json 2>"$BATS_TEST_TMPDIR/told" >"$BATS_TEST_TMPDIR/is"
    grep -q '1 tasks were skipped' "$BATS_TEST_TMPDIR/told"
    assert_equal "$(grep -c skipped: "$BATS_TEST_TMPDIR/told")" 1
    all | diff - "$BATS_TEST_TMPDIR/is"
}

# refused STATUS TEXT ARGUMENTS..
refused() {
    local expected=$1 text=$2
    shift 2
    run offline "$@"
    assert_equal "$status" "$expected"
    [[ ${lines[0]} = "agreement-matrix stats: $text"* ]] || fail "$output"
}

@test "what is refused" {
    cd "$BATS_FILE_TMPDIR"
    refused 1 'nothing.json: No such file' nothing.json
    refused 1 'there is no dimension "color"' all.json --dimension color
    refused 1 'cohen: the values of this dimension have no categories' all.json --label-config all.xml --dimension box --coefficient cohen
    refused 1 'category: the values of this dimension are compared by their scores' all.json --label-config all.xml --dimension box --by category
    refused 1 'interval: asks for numbers' all.json --label-config all.xml --dimension mood --distance interval
    refused 2 '--coefficient: there is no "kappa", but percent, cohen' all.json --coefficient kappa
    refused 2 '--distance: there is no "far", but nominal, ordinal, interval, ratio, jaccard, masi, score' all.json --distance far
    refused 2 '--by: there is no "color", but pair, person, label, task, dimension, category' all.json --by color
    refused 2 '--format: there is no "xml", but table, json, csv' all.json --format xml
    refused 2 '--methodology: there is no "both", but pairwise, consensus' all.json --methodology both
    refused 2 '--threshold: "2" is no number from 0 to 1' all.json --threshold 2
    refused 2 '--draws: a number from 0 to 10000' all.json --draws 10001
    refused 2 '--seed: a number' all.json --seed x
    refused 2 'there are --weights or a --distance, not both' all.json --weights linear --distance ratio
    refused 2 'either files or --project is required'
    refused 2 'either files or --project is required' all.json --project 1
    refused 2 '--label-config is for files' --project 1 --label-config all.xml
    refused 2 '--project: "x" is no id' --project x
    # Of all dimensions those that cannot have it say so.
    all --coefficient cohen --draws 0 | jq -e '.dimensions | map({key: .name, value: .reliability}) | from_entries
        | (.box.value == null and (.box.reason | startswith("cohen: ")) and .mood.value != null)'
}

# bats test_tags=all
@test "random projects: the definitions in plain Python, and krippendorff, give the same" {
    run "$AM_PEERS_PYTHON" "$BATS_TEST_DIRNAME/lib/projects.py" "$TOOL"
    [[ $status -eq 0 && ${lines[-1]} == *" 0 differ" ]] || fail "$output"
}
