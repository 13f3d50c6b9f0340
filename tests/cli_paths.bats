#!/usr/bin/env bats
# Parts of values as dimensions: the outputs of ReactCode, and JSON paths of users.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup() {
    DATABASE=paths_$BATS_TEST_NUMBER
    file=$BATS_TEST_TMPDIR/export.json
    config=$BATS_TEST_TMPDIR/config.xml
}

teardown() {
    sql mysql <<<"DROP DATABASE IF EXISTS \`$DATABASE\`"
}

# outputs TEXT: a configuration with a ReactCode that has these outputs.
outputs() {
    jq -rn --arg outputs "$1" '"<View><ReactCode name=\"ui\" data=\"$d\" outputs=\"\($outputs | @html)\"/>
        <Text name=\"t\" value=\"$t\"/><Choices name=\"sure\" toName=\"t\"><Choice value=\"yes\"/><Choice value=\"no\"/></Choices></View>"' >"$config"
}

# answers A B: an export of a task in which two people gave these objects.
answers() {
    jq -nc --argjson a "$1" --argjson b "$2" '
        def annotation($i; $v): {id: $i, completed_by: {id: $i, email: "user\($i)@example.com"}, result: [
            {id: "x\($i)", from_name: "ui", to_name: "ui", type: "reactcode", value: {reactcode: $v}},
            {id: "y\($i)", from_name: "sure", to_name: "t", type: "choices", value: {choices: ["yes"]}}]};
        [{id: 1, data: {}, annotations: [annotation(1; $a), annotation(2; $b)]}]' >"$file"
}

# score OPTION..: what compute gives the two.
score() {
    "$TOOL" compute "$file" --task 1 "$@" | jq -c '.matrix[0][1]'
}

load() {
    database_create "$DATABASE"
    tool_on "$DATABASE" init >/dev/null
    tool_on "$DATABASE" import "$file" --project 1 "$@" >/dev/null
    key=$(tool_on "$DATABASE" token create --user user1@example.com)
}

dimensions() {
    tool_on "$DATABASE" dimensions "$@"
}

# get PATH QUERY: the body of the service's answer.
get() {
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/$DATABASE.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api QUERY_STRING="${2-}" PATH_INFO="$1" \
        HTTP_X_API_KEY="$key" "$FCGI" </dev/null | sed '1,/^\r$/d'
}

# served [NAME]: what the service gives the two, in the dimension of that name.
served() {
    local query="selection=$everyone"
    [[ $# = 0 ]] || query+="&dimension=$(dimensions list --project 1 --format json | jq --arg name "$1" '.[] | select(.name == $name) | .id')"
    get /projects/1/tasks/1/agreement-matrix "$query" | jq -c '.matrix[0][1]'
}

@test "a dimension for each output, by the metric of its type" {
    outputs 'mood:choices(good,bad), tags:multichoices(a,b,c); pages:number(0,10) | stars:rating(5), note:text, other'
    answers '{"mood":"good","tags":["a","b"],"pages":3,"stars":4,"note":"hello"}' \
        '{"mood":"bad","tags":["b","c"],"pages":4,"stars":4,"note":"hallo","other":"x"}'
    load --label-config "$config"
    assert_equal "$(dimensions list --project 1 --format json |
        jq -c '[.[] | [.name, .control_tag, .metric_type, .extraction_method, .extraction_method_params.path, .values_enum]]')" \
        "$(jq -nc '[["ui.mood", "ui", "exact_match", "json_path", "$.reactcode.mood", ["good", "bad"]],
            ["ui.tags", "ui", "jaccard_similarity", "json_path", "$.reactcode.tags", ["a", "b", "c"]],
            ["ui.pages", "ui", "numeric_difference", "json_path", "$.reactcode.pages", null],
            ["ui.stars", "ui", "numeric_difference", "json_path", "$.reactcode.stars", null],
            ["ui.note", "ui", "text_similarity", "json_path", "$.reactcode.note", null],
            ["ui.other", "ui", "text_similarity", "json_path", "$.reactcode.other", null],
            ["sure", "sure", "exact_match", "from_name", null, ["yes", "no"]]]')"
    for row in 'ui.mood 0.0' 'ui.tags 0.3333333333333333' 'ui.pages 0.5' 'ui.stars 1.0' 'ui.note 0.8' 'ui.other 0.0' 'sure 1.0'; do
        # shellcheck disable=SC2086 # a name and a number
        set -- $row
        jq -ne --argjson is "$(score --label-config "$config" --dimension "$1")" "\$is == $2" || fail "compute: $1 is not $2"
        jq -ne --argjson is "$(served "$1")" "\$is == $2" || fail "service: $1 is not $2"
    done
    assert_equal "$(score --label-config "$config")" "$(served)"
    jq -ne --argjson is "$(served)" '($is - (0 + 1/3 + 0.5 + 1 + 0.8 + 0 + 1) / 7) | fabs < 1e-12'
}

@test "outputs as a JSON schema, with objects, references and lists" {
    outputs '{"type":"object","properties":{"author":{"type":"object","properties":{"name":{"type":"string"},"age":{"type":["integer","null"]}}},
        "level":{"$ref":"#/$defs/level"},"parts":{"type":"array","items":{"type":"object"}},"b c":"rating(3)"},"$defs":{"level":{"enum":["low","high"]}}}'
    answers '{"author":{"name":"Kim","age":3},"level":"low","parts":[{"a":1},{"a":2}],"b c":2}' \
        '{"author":{"name":"Kim","age":5},"level":"low","parts":[{"a":2},{"a":1}],"b c":3}'
    load --label-config "$config"
    for row in 'ui.author.name 1' 'ui.author.age 1/3' 'ui.level 1' 'ui.parts 0' 'ui.b\ c 1/2'; do
        name=${row% *}
        jq -ne --argjson is "$(served "${name//\\/}")" "\$is == ${row##* }" || fail "$row: $(served "${name//\\/}")"
        jq -ne --argjson is "$(score --label-config "$config" --dimension "${name//\\/}")" "\$is == ${row##* }" || fail "$row"
    done
}

@test "without outputs, or with some that say nothing, values are compared whole" {
    answers '{"a":1,"b":[1,2]}' '{"b":[1,2],"a":1}'
    for text in '' '{}' '{"a":' 'choices(a,b)' '{"type":"string"}' '{"type":"array","maxItems":3}' '{"enum":[1,2]}'; do
        outputs "$text"
        assert_equal "$(score --label-config "$config" --dimension ui)" "$(jq -nc 1.0)"
    done
    answers '{"a":1,"b":[1,2]}' '{"b":[2,1],"a":1}'
    for text in 'choices(a,b)' '{"type":"string"}' '{"enum":[1,2]}'; do
        outputs "$text"
        jq -ne --argjson is "$(score --label-config "$config" --dimension ui)" '$is == 0'
    done
}

@test "fields come and go with the configuration; a metric that a user set stays" {
    outputs 'mood:choices(good,bad), pages:number'
    answers '{"mood":"good","pages":1}' '{"mood":"good","pages":2}'
    load --label-config "$config"
    before=$(dimensions list --project 1 --format json | jq -c '[.[] | select(.name | startswith("ui.")) | .id]')
    dimensions set --project 1 --dimension ui.pages --metric exact_match
    outputs 'pages:number, note:text'
    tool_on "$DATABASE" import "$file" --project 1 --label-config "$config"
    assert_equal "$(dimensions list --project 1 --format json | jq -c 'sort_by(.id) | [.[] | select(.control_tag == "ui") | [.name, .is_active, .metric_type]]')" \
        '[["ui.mood",false,"exact_match"],["ui.pages",true,"exact_match"],["ui.note",true,"text_similarity"]]'
    assert_equal "$(dimensions list --project 1 --format json | jq -c 'sort_by(.id) | [.[] | select(.control_tag == "ui") | .id][:2]')" "$before"
}

@test "dimensions add makes one over a path, dimensions remove takes it back" {
    outputs ''
    answers '{"a":{"b":[{"c":1},{"c":5},{"d":0}]},"t":"x y","n":null}' '{"a":{"b":[{"c":2},{"c":5}]},"t":"x z","n":null}'
    load --label-config "$config"
    dimensions add --project 1 --control ui --path '$.a.b[*].c' --metric numeric_difference
    dimensions add --project 1 --control ui --path "\$.reactcode['t']" --metric text_similarity --params '{"qval":0}' --name words --weight 3
    assert_equal "$(dimensions list --project 1 --format json | jq -cS '[.[] | select(.is_user_defined)
        | [.name, .control_tag, .extraction_method, .extraction_method_params, .metric_type, .metric_params, .weight, .is_active]]')" \
        "$(jq -ncS '[["ui.a.b[*].c", "ui", "json_path", {path: "$.a.b[*].c"}, "numeric_difference", {}, 1, true],
            ["words", "ui", "json_path", {path: "$.reactcode['\''t'\'']"}, "text_similarity", {qval: 0}, 3, true]]')"
    jq -ne --argjson is "$(served 'ui.a.b[*].c')" '$is == 0.75'
    jq -ne --argjson is "$(served words)" '$is == 0.5'
    # In the mean beside the others: ui 0, sure 1.
    jq -ne --argjson is "$(served)" '($is - (0 + 1 + 0.75 + 3 * 0.5) / 6) | fabs < 1e-12'
    assert_equal "$(score --label-config "$config" --dimension ui --path '$.a.b[*].c' --metric numeric_difference)" "$(served 'ui.a.b[*].c')"
    assert_equal "$(score --dimension ui --path '$.t' --metric text_similarity --params '{"qval":0}')" "$(served words)"
    # It is not the configuration's to take, and a user's is not the loader's.
    tool_on "$DATABASE" import "$file" --project 1 --label-config "$config"
    dimensions sync --project 1
    assert_equal "$(dimensions list --project 1 --format json | jq -c '[.[] | select(.is_user_defined and .is_active) | .name]')" '["ui.a.b[*].c","words"]'
    run dimensions remove --project 1 --dimension ui
    [[ $status = 1 && $output = *"both"* || $output = *"of the labeling configuration"* ]] || fail "$output"
    dimensions remove --project 1 --dimension words
    dimensions remove --project 1 --dimension 'ui.a.b[*].c'
    assert_equal "$(dimensions list --project 1 --format json | jq -c '[.[].name]')" '["ui","sure"]'
    jq -ne --argjson is "$(served)" '$is == 0.5'
}

@test "a path over any control: choices, texts, and the geometry of regions" {
    cat >"$config" <<'XML'
<View><Image name="i" value="$i"/><RectangleLabels name="box" toName="i"><Label value="A"/><Label value="B"/></RectangleLabels>
<Choices name="many" toName="i" choice="multiple"><Choice value="a"/><Choice value="b"/></Choices></View>
XML
    jq -nc 'def box($x; $l): {id: "b\($x)", from_name: "box", to_name: "i", type: "rectanglelabels", value: {x: $x, y: 0, width: 10, height: 10, rectanglelabels: [$l]}};
        def many($v): {id: "m", from_name: "many", to_name: "i", type: "choices", value: {choices: $v}};
        [{id: 1, data: {}, annotations: [
            {id: 1, completed_by: {id: 1, email: "user1@example.com"}, result: [box(0; "A"), box(50; "B"), many(["a", "b"])]},
            {id: 2, completed_by: {id: 2, email: "user2@example.com"}, result: [box(1; "B"), box(50; "A"), many(["b", "a"])]}]}]' >"$file"
    load --label-config "$config"
    dimensions add --project 1 --control box --path '$.x' --metric numeric_difference --name x
    dimensions add --project 1 --control box --path '$.rectanglelabels[*]' --metric exact_match --name labels
    dimensions add --project 1 --control many --path '$.choices[0]' --metric exact_match --name first
    dimensions add --project 1 --control many --path '$[-1:]' --metric jaccard_similarity --name last
    dimensions add --project 1 --control box --path '$' --metric bbox_iou --name boxes
    for row in 'x (1/2+1)/2' 'labels 1' 'first 0' 'last 0'; do
        jq -ne --argjson is "$(served "${row% *}")" "\$is == ${row#* }" || fail "$row: $(served "${row% *}")"
    done
    assert_equal "$(served boxes)" "$(score --label-config "$config" --dimension box --path '$' --metric bbox_iou)"
}

@test "what is wrong with a path, a control or a metric is named" {
    outputs ''
    answers '{"a":1}' '{"a":"one"}'
    load --label-config "$config"
    for row in 'ui|a|exact_match|--path: character 1: a path begins with $' 'ui|$..a|exact_match|--path: character 3: descendants' \
        'ui|$[?@.a]|exact_match|--path: character 3: filters' 'ui|$.a|exact|there is no metric "exact"' 'nobody|$.a|exact_match|project 1 has no control "nobody"'; do
        IFS='|' read -r control path metric message <<<"$row"
        run dimensions add --project 1 --control "$control" --path "$path" --metric "$metric"
        assert_equal "$status" 1
        [[ $output = *"$message"* ]] || fail "$row: $output"
    done
    run dimensions add --project 1 --control ui --metric exact_match
    assert_equal "$status" 2
    dimensions add --project 1 --control ui --path '$.a' --metric numeric_difference
    run dimensions add --project 1 --control ui --path '$.a' --metric exact_match
    [[ $status = 1 && $output = *'there is a dimension "ui.a" already'* ]] || fail "$output"
    run dimensions remove --project 1 --dimension sure
    [[ $status = 1 && $output = *"of the labeling configuration"* ]] || fail "$output"
    # One that is no number makes the dimension null, and says why.
    assert_equal "$(served ui.a)" null
    run "$TOOL" compute "$file" --dimension ui --path '$.a' --metric numeric_difference
    [[ $output = *': $[0]: what $.a picks: a number is required'* && $output = *'[[1.0,null],[null,1.0]]'* ]] || fail "$output"
    run "$TOOL" compute "$file" --path '$.a'
    assert_equal "$status" 2
}

@test "a dimension over a control that is gone does not count" {
    outputs ''
    answers '{"mood":"a"}' '{"mood":"a"}'
    load --label-config "$config"
    dimensions add --project 1 --control ui --path '$.mood' --metric exact_match --name mood
    jq -ne --argjson is "$(served)" '$is == 1'
    echo '<View><Text name="t" value="$t"/><Choices name="other" toName="t"><Choice value="x"/></Choices></View>' >"$config"
    tool_on "$DATABASE" import "$file" --project 1 --label-config "$config"
    assert_equal "$(dimensions list --project 1 --format json | jq -c '[.[] | select(.is_active) | .name]')" '["other"]'
    outputs ''
    tool_on "$DATABASE" import "$file" --project 1 --label-config "$config"
    assert_equal "$(dimensions list --project 1 --format json | jq -c '[.[] | select(.is_active) | .name]')" '["ui","sure","mood"]'
}
