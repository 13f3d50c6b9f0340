#!/usr/bin/env bats
# agreement-matrix dimensions: what is listed, what can be set, and that the service follows.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup() {
    DATABASE=dimensions_$BATS_TEST_NUMBER
    database_create "$DATABASE"
    tool_on "$DATABASE" init
    tool_on "$DATABASE" import "$SOURCE_DIR/examples/export.json" --project 1 \
        --label-config "$SOURCE_DIR/examples/label-config.xml" --title Stalls
}

teardown() {
    sql mysql <<<"DROP DATABASE \`$DATABASE\`"
}

dimensions() {
    tool_on "$DATABASE" dimensions "$@"
}

# listed FILTER: what jq makes of the list.
listed() {
    dimensions list --project 1 --format json | jq -c "$1"
}

@test "list as JSON: what the service says" {
    key=$(tool_on "$DATABASE" token create --user chen.wei@example.com)
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/$DATABASE.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api QUERY_STRING= \
        PATH_INFO=/projects/1/dimensions/ HTTP_X_API_KEY="$key" "$FCGI" </dev/null | sed '1,/^\r$/d' | jq -S . >"$BATS_TEST_TMPDIR/served"
    dimensions list --project 1 --format json | jq -S . | diff - "$BATS_TEST_TMPDIR/served"
    assert_equal "$(listed '[.[].metric_type]')" '["bbox_iou","exact_match","numeric_difference","text_similarity","span_overlap"]'
}

@test "list as a table: a line for each" {
    run dimensions list --project 1
    assert_equal "$status" 0
    for word in fruit quality appeal sign words bbox_iou span_overlap; do
        [[ $output = *"$word"* ]] || fail "no $word"
    done
    ((${#lines[@]} >= 6))
}

@test "set by name or by id: each of the settings" {
    id=$(listed '.[] | select(.control_tag == "fruit") | .id')
    dimensions set --project 1 --dimension fruit --metric bbox_iou_threshold --params '{"threshold":0.7}'
    dimensions set --project 1 --dimension "$id" --name Fruit --weight 2.5 --active false
    assert_equal "$(listed '.[] | select(.control_tag == "fruit") | [.id, .name, .metric_type, .metric_params, .weight, .is_active]')" \
        "[$id,\"Fruit\",\"bbox_iou_threshold\",{\"threshold\":0.7},2.5,false]"
    assert_equal "$(listed '[.[] | select(.control_tag != "fruit") | .weight, .is_active] | unique | '"$plain_numbers")" '[true,1]'
}

@test "what is set survives another import" {
    dimensions set --project 1 --dimension fruit --name Fruit --metric bbox_iou_threshold --weight 0.5 --active false
    before=$(listed '[.[] | del(.updated_at)]')
    tool_on "$DATABASE" import "$SOURCE_DIR/examples/export.json" --project 1 --label-config "$SOURCE_DIR/examples/label-config.xml"
    assert_equal "$(listed '[.[] | del(.updated_at)]')" "$before"
}

@test "what does not fit is refused by name, and nothing is changed" {
    before=$(listed .)
    refused() {
        local word=$1
        shift
        run dimensions set --project 1 --dimension fruit "$@"
        [[ $status = 1 || $status = 2 ]] || fail "status $status: $*"
        [[ $output = *"$word"* ]] || fail "\"$word\" is not in: $output"
    }
    refused frobnicate --metric frobnicate
    refused thresholt --metric bbox_iou_threshold --params '{"thresholt":0.7}'
    refused threshold --metric bbox_iou_threshold --params '{"threshold":"high"}'
    refused threshold --metric bbox_iou_threshold --params '{"threshold":1.5}'
    refused params --params '{"threshold"'
    refused weight --weight -1
    refused weight --weight heavy
    refused weight --weight nan
    refused active --active perhaps
    run dimensions set --project 1 --dimension vegetables --weight 1
    assert_equal "$status" 1
    [[ $output = *vegetables* ]]
    run dimensions set --project 999 --dimension fruit --weight 1
    assert_equal "$status" 1
    assert_equal "$(listed .)" "$before"
}

@test "sync makes the dimensions what the configuration says" {
    sql "$DATABASE" <<<"UPDATE project SET label_config = REPLACE(label_config, 'name=\"appeal\"', 'name=\"charm\"') WHERE id = 1"
    dimensions sync --project 1
    assert_equal "$(listed '[.[] | select(.is_active) | .control_tag] | sort')" '["charm","fruit","quality","sign","words"]'
    assert_equal "$(sql "$DATABASE" <<<"SELECT COUNT(*) FROM agreement_dimension WHERE control_tag = 'appeal' AND NOT is_present")" 1
}
