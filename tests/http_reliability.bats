#!/usr/bin/env bats
# Agreement beyond chance over HTTP: the values of `coefficient` on the same ratings, those of `score` in the distance form, groups, and what is refused.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

# tool COMMAND ..: with the loader's account.
tool() {
    AGREEMENT_MYSQL_FILE=$SCRATCH/loader.cnf "$TOOL" "$@"
}

tutorial=$SOURCE_DIR/tests/data/reference/tutorial.json
boxes='<View><Image name="i" value="$i"/><RectangleLabels name="box" toName="i"><Label value="car"/><Label value="bus"/></RectangleLabels>
<Rating name="stars" toName="i"/><TextArea name="note" toName="i"/></View>'

# Boxes of six tasks: of the i-th by the p-th person, some bus, some with two, one person without.
box_tasks() {
    jq -nc '[range(6) as $i | {id: (6600 + $i), data: {i: "x"}, annotations: [range(3) as $p | select($i != 4 or $p != 2)
        | {id: (66000 + $i * 10 + $p), completed_by: (1 + $p), updated_at: "2026-01-01T00:00:00Z", result:
            ([range(if ($i + $p) % 4 == 3 then 2 else 1 end) as $k
                | {id: "b\($k)", from_name: "box", to_name: "i", type: "rectanglelabels", original_width: 100, original_height: 100,
                   value: {x: ($i * 7 + $p * 3 + $k * 20), y: ($i * 2 + $p), width: 20, height: (20 + $p), rotation: 0,
                           rectanglelabels: [if ($i * $p + $k) % 3 == 1 then "bus" else "car" end]}}]
             + [{id: "s", from_name: "stars", to_name: "i", type: "rating", value: {rating: (1 + ($i + ($p * $i) % 2) % 4)}}])}]}]'
}

setup_file() {
    server_up
    # Other files have the tutorial, too, and a task is of one project alone.
    jq -c '[.[] | .id += 6500 | .annotations[].id += 65000]' "$tutorial" >"$BATS_FILE_TMPDIR/tutorial.json"
    tool import "$BATS_FILE_TMPDIR/tutorial.json" --project 65 --organization 1 --title Tutorial \
        --label-config "$SOURCE_DIR/tests/data/reference/tutorial.xml" >&2
    box_tasks >"$BATS_FILE_TMPDIR/boxes.json"
    echo "$boxes" >"$BATS_FILE_TMPDIR/boxes.xml"
    tool import "$BATS_FILE_TMPDIR/boxes.json" --project 66 --organization 1 --title Boxes --label-config "$BATS_FILE_TMPDIR/boxes.xml" >&2
    sql <<<"INSERT INTO prediction (task_id, project_id, model_version, result) SELECT id, 65, 'm',
        '[{\"id\":\"r\",\"from_name\":\"toxicity\",\"to_name\":\"text\",\"type\":\"choices\",\"value\":{\"choices\":[\"Very toxic\"]}}]' FROM task WHERE project_id = 65"
    get /api/projects/65/dimensions/
    TOXICITY=$(jq '.[] | select(.control_tag == "toxicity") | .id' "$body")
    get /api/projects/66/dimensions/
    BOX=$(jq '.[] | select(.control_tag == "box") | .id' "$body")
    STARS=$(jq '.[] | select(.control_tag == "stars") | .id' "$body")
    export TOXICITY BOX STARS
}

teardown_file() {
    server_down
    tool_on labelstudio projects delete --project 65 >&2
    tool_on labelstudio projects delete --project 66 >&2
}

# ask PROJECT DIMENSION [PARAMETERS]
ask() {
    get "/api/projects/$1/stats/reliability?dimension=$2${3:+&$3}"
}

# ratings FILE CONTROL TYPE: rows of tasks by people.
ratings() {
    jq -c --arg control "$2" --arg type "$3" '[sort_by(.id)[] | .annotations as $all | [range(1; 4) as $p
        | [$all[] | select(.completed_by == $p) | .result[] | select(.from_name == $control) | .value[$type]] | .[0]
        | if type == "array" and length == 1 then .[0] else . end]]' "$1"
}

# coefficient FILE CONTROL TYPE QUESTION: what the tool says of the same ratings.
coefficient() {
    jq -nc --argjson items "$(ratings "$1" "$2" "$3")" "$4 + {items: \$items}" | "$TOOL" coefficient
}

# as_coefficient FILE CONTROL TYPE QUESTION: the body has the same value, standard error and interval.
as_coefficient() {
    local is
    is=$(coefficient "$@")
    assert_status 200
    jq -e --argjson want "$is" 'def near($x; $y): if $y == null then $x == null else ($x - $y) | fabs < 1e-12 end;
        near(.value; $want.value) and near(.se; $want.se) and near(.ci[0]?; $want.ci[0]?) and near(.ci[1]?; $want.ci[1]?)
        and .tasks == $want.units and .people == $want.raters' "$body" >/dev/null || fail "expected $is, not $(jq -c . "$body")"
}

@test "by default: alpha of choices, nominal, with everything that is said of it" {
    ask 65 "$TOXICITY"
    as_coefficient "$tutorial" toxicity choices '{coefficient: "alpha", distance: "nominal"}'
    assert_equal "$(jq -c keys_unsorted "$body")" \
        '["dimension","coefficient","distance","value","reason","se","ci","bootstrap","tasks","people","pairs","warning"]'
    assert_equal "$(jq -c "[.dimension.control_tag, .coefficient, .distance, .reason, .tasks, .people, .pairs, .bootstrap.draws, .bootstrap.seed] | $plain_numbers" "$body")" \
        '["toxicity","alpha","nominal",null,9,3,27,1000,1]'
    jq -e '.bootstrap.ci[0] < .value and .value < .bootstrap.ci[1] and (.warning | startswith("Fewer than 10 tasks"))' "$body"
}

@test "every coefficient has the value of the tool on the same ratings" {
    for name in percent cohen scott fleiss conger brennan_prediger ac1 ac2 alpha; do
        ask 65 "$TOXICITY" "coefficient=$name&draws=0&weights=identity"
        as_coefficient "$tutorial" toxicity choices "{coefficient: \"$name\", weights: \"identity\"}"
        jq -e '.weights == "identity" and .bootstrap == null' "$body"
    done
    ask 65 "$TOXICITY" 'distance=masi'
    as_coefficient "$tutorial" toxicity choices '{coefficient: "alpha", distance: "masi"}'
}

@test "ratings: ordinal by default, weights and distances if asked" {
    ask 66 "$STARS"
    jq -e '.distance == "ordinal"' "$body"
    as_coefficient "$BATS_FILE_TMPDIR/boxes.json" stars rating '{coefficient: "alpha", distance: "ordinal"}'
    for weights in linear quadratic ordinal radical ratio; do
        ask 66 "$STARS" "coefficient=ac2&weights=$weights&draws=0"
        as_coefficient "$BATS_FILE_TMPDIR/boxes.json" stars rating "{coefficient: \"ac2\", weights: \"$weights\"}"
    done
    ask 66 "$STARS" "distance=interval"
    as_coefficient "$BATS_FILE_TMPDIR/boxes.json" stars rating '{coefficient: "alpha", distance: "interval"}'
}

@test "the bootstrap: the same for a seed, another for another" {
    ask 65 "$TOXICITY" "draws=200&seed=7"
    first=$(jq -c .bootstrap "$body")
    ask 65 "$TOXICITY" "seed=7&draws=200"
    assert_equal "$(jq -c .bootstrap "$body")" "$first"
    ask 65 "$TOXICITY" "seed=8&draws=200"
    refute test "$(jq -c .bootstrap.ci "$body")" = "$(jq -c .ci <<<"$first")"
}

# Boxes have no categories: Do and De of the scores of all pairs, as `score` has them.
@test "the distance form: alpha of boxes by hand" {
    ask 66 "$BOX"
    assert_status 200
    box_tasks | jq -c '[.[] | .id as $t | .annotations[] | {t: $t, v: [.result[] | select(.from_name == "box")]}]' >"$BATS_TEST_TMPDIR/values"
    jq -c '. as $v | range(length) as $i | range($i) as $j
        | {metric: "'"$(metric_of_boxes)"'", control: "RectangleLabels", a: $v[$i].v, b: $v[$j].v}' "$BATS_TEST_TMPDIR/values" |
        "$TOOL" score >"$BATS_TEST_TMPDIR/scores"
    jq -n --slurpfile s "$BATS_TEST_TMPDIR/scores" --slurpfile v "$BATS_TEST_TMPDIR/values" '$v[0] as $v
        | [$v | to_entries[] | .key as $i | range($i) as $j | {t: $v[$i].t, u: $v[$j].t}] as $pairs
        | [range($pairs | length) | $pairs[.] + {d: (1 - $s[.].score)}] as $p
        | ([$v[].t] | group_by(.) | map({key: (.[0] | tostring), value: length}) | from_entries) as $m
        | [$p[] | select(.t == .u) | {w: (2 / ($m[.t | tostring] - 1)), d}] as $within
        | (([$within[] | .w * .d] | add) / ([$within[].w] | add)) as $do
        | ([$p[].d] | add / length) as $de | {value: (1 - $do / $de), pairs: ($p | length), within: ($within | length)}' >"$BATS_TEST_TMPDIR/want"
    jq -e --slurpfile want "$BATS_TEST_TMPDIR/want" '$want[0] as $w | (.value - $w.value | fabs < 1e-12)
        and .expected == {exact: true, pairs: $w.pairs} and .pairs == $w.within and .tasks == 6 and .people == 3
        and .distance == "score" and .coefficient == "alpha" and .se > 0 and .ci[0] < .value
        and .bootstrap.ci[0] < .value' "$body" || fail "$(cat "$body" "$BATS_TEST_TMPDIR/want")"
}

metric_of_boxes() {
    sql <<<"SELECT metric_type FROM agreement_dimension WHERE id = $BOX"
}

@test "groups: categories, labels, people, pairs" {
    ask 65 "$TOXICITY" "by=category&coefficient=fleiss"
    assert_equal "$(jq -c '[.groups[].category]' "$body")" '["Non-toxic","Somewhat toxic","Very toxic"]'
    jq -e '.groups | all(.tasks == 9 and .people == 3 and .pairs == 27 and has("value") and has("bootstrap"))' "$body"
    ask 65 "$TOXICITY" "by=pair&draws=0"
    assert_equal "$(jq -c "[.groups[] | .pair | length] | $plain_numbers" "$body")" '[2,2,2]'
    jq -e '.groups | all(.people == 2 and .tasks == 9 and .pairs == 9)' "$body"
    ask 65 "$TOXICITY" "by=person&draws=0"
    jq -e '(.groups | length) == 3 and (.groups | all(.people == 2 and .pairs == 9 and (.person | type) == "number"))' "$body"
    # Without the third person, the value is that of the first two.
    without=$(jq '.groups[2].value' "$body")
    ask 65 "$TOXICITY" "by=pair&draws=0"
    jq -e --argjson want "$without" '.groups[0].value == $want' "$body"
    # Boxes: labels that are used in a task or not, and people by scores.
    ask 66 "$BOX" "by=label&coefficient=ac1&draws=0"
    assert_equal "$(jq -c '[.groups[].label]' "$body")" '["bus","car"]'
    jq -e '.value == null and .reason != null and .groups[0].tasks == 6' "$body"
    ask 66 "$BOX" "by=label"
    jq -e '.value != null and .distance == "score"' "$body"
    ask 66 "$BOX" "by=person"
    jq -e '.groups | length == 3 and all(has("expected") and .expected.exact and .people == 2)' "$body"
}

@test "without a dimension: a list of the active ones" {
    get /api/projects/66/stats/reliability
    assert_status 200
    assert_equal "$(jq -c '[.[] | [.dimension.control_tag, .coefficient, .distance]]' "$body")" \
        '[["box","alpha","score"],["stars","alpha","ordinal"],["note","alpha","score"]]'
    ask 66 "$STARS"
    cp "$body" "$BATS_TEST_TMPDIR/stars"
    get /api/projects/66/stats/reliability
    assert_equal "$(jq -c '.[1]' "$body")" "$(jq -c . "$BATS_TEST_TMPDIR/stars")"
    # Nobody has written a note: they agree in all of them, which says nothing.
    jq -e '.[2].value == null and .[2].reason == "the expected disagreement is 0"' "$body"
}

@test "what does not fit is refused by name" {
    ask 65 "$TOXICITY" "coefficient=kappa&by=x"
    assert_error 400 "Validation error" '{"coefficient":["\"kappa\" is not a valid choice."],"by":["\"x\" is not a valid choice."]}'
    ask 65 "$TOXICITY" "draws=10001"
    assert_error 400 "Validation error" '{"draws":["Ensure this value is less than or equal to 10000."]}'
    ask 65 "$TOXICITY" "coefficient=ac1&weights=linear"
    assert_error 400 "Validation error" '{"weights":["ac1: takes no weights; ac2 does"]}'
    ask 65 "$TOXICITY" "distance=interval"
    assert_error 400 "Validation error" '{"distance":["interval: asks for numbers, and these are texts"]}'
    ask 66 "$BOX" "coefficient=cohen"
    assert_error 400 "Validation error" '{"coefficient":["cohen: the values of this dimension have no categories; alpha takes scores"]}'
    ask 66 "$BOX" "by=category"
    assert_error 400 "Validation error" '{"by":["category: the values of this dimension are compared by their scores"]}'
    ask 66 "$STARS" "weights=linear&distance=ordinal"
    assert_error 400 "Validation error" '{"distance":["There are weights or a distance, not both."]}'
    get "/api/projects/66/stats/reliability?by=pair"
    assert_error 400 "Validation error" '{"dimension":["This field is required."]}'
    ask 66 "$TOXICITY"
    assert_error 404 "No Dimension matches the given query."
    ask 99999 "$TOXICITY"
    assert_error 404 "No Project matches the given query."
    request "/api/projects/66/stats/reliability"
    assert_error 401 "Authentication credentials were not provided."
}

@test "a change is in the next answer" {
    ask 66 "$STARS"
    before=$(jq .value "$body")
    sql <<<"UPDATE task_completion SET result = REPLACE(result, '\"rating\":1', '\"rating\":4'), updated_at = NOW(6) WHERE id = 66000"
    ask 66 "$STARS"
    assert_status 200
    refute test "$(jq .value "$body")" = "$before"
}
