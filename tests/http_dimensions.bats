#!/usr/bin/env bats
# The dimensions of a project: their fields, their order, and how they follow the configuration.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    server_up
}

teardown_file() {
    server_down
}

fields='["id","project","name","description","control_tag","extraction_method","extraction_method_params","metric_type","metric_params","is_active","is_categorical","is_user_defined","order","values_enum","allowed_metrics_with_params","created_at","created_by","updated_at","weight"]'

@test "the list: one for each control, in the order of the configuration" {
    get /api/projects/14/dimensions/
    assert_status 200
    assert_equal "$(header Content-Type)" application/json
    assert_equal "$(jq -c '[.[].control_tag]' "$body")" '["mood","stars","tone","spare"]'
    assert_equal "$(jq -c '[.[].metric_type]' "$body")" '["exact_match","numeric_difference","exact_match","exact_match"]'
    assert_equal "$(jq -c "[.[].weight] | $plain_numbers" "$body")" '[1,3,0,1]'
    assert_equal "$(jq -c '.[0].values_enum' "$body")" '["glad","sad"]'
    assert_equal "$(jq -c '[.[] | .project, .is_user_defined] | unique' "$body")" '[false,14]'
    jq -e '[.[].order] == ([.[].order] | sort)' "$body"
}

@test "every field of the SDK's Dimension, and the weight" {
    get /api/projects/14/dimensions/
    assert_equal "$(jq -c '[.[] | keys | sort] | unique | .[0]' "$body")" "$(jq -c sort <<<"$fields")"
    jq -e '.[0] | (.id | type) == "number" and (.created_at | test("^2[0-9]{3}-[0-9]{2}-[0-9]{2}T.*Z$"))' "$body"
}

@test "the metrics that are allowed fit the control" {
    get /api/projects/14/dimensions/
    jq -e 'all(.[]; .allowed_metrics_with_params | has("exact_match"))' "$body"
    jq -e '.[0].allowed_metrics_with_params | has("jaccard_similarity") and (has("numeric_difference") or has("bbox_labels") | not)' "$body"
    jq -e '.[1].allowed_metrics_with_params | has("numeric_difference") and (has("jaccard_similarity") | not)' "$body"
    jq -e '.[1].allowed_metrics_with_params.numeric_difference_threshold.max_difference.default == 1' "$body"
}

@test "one dimension: what the list says of it" {
    get /api/projects/14/dimensions/
    jq -cS '.[1]' "$body" >"$body.expected"
    id=$(jq '.[1].id' "$body")
    get "/api/projects/14/dimensions/$id/"
    assert_status 200
    diff <(jq -cS . "$body") "$body.expected"
    get "/api/projects/14/dimensions/$id"
    diff <(jq -cS . "$body") "$body.expected"
}

@test "is_active chooses" {
    get /api/projects/14/dimensions/
    id=$(jq '.[3].id' "$body")
    sql <<<"UPDATE agreement_dimension SET is_active = 0 WHERE id = $id"
    get "/api/projects/14/dimensions/?is_active=true"
    active=$(jq -c '[.[].control_tag]' "$body")
    get "/api/projects/14/dimensions/?is_active=false"
    inactive=$(jq -c '[.[].control_tag]' "$body")
    get "/api/projects/14/dimensions/"
    all=$(jq -c '[.[].control_tag]' "$body")
    sql <<<"UPDATE agreement_dimension SET is_active = 1 WHERE id = $id"
    assert_equal "$active" '["mood","stars","tone"]'
    assert_equal "$inactive" '["spare"]'
    assert_equal "$all" '["mood","stars","tone","spare"]'
}

@test "the list is ordered by order, then id" {
    get /api/projects/14/dimensions/
    ids=$(jq -r '[.[].id | tostring] | join(",")' "$body")
    sql <<<"CREATE TABLE saved_order AS SELECT id, \`order\` AS o FROM agreement_dimension WHERE id IN ($ids);
        UPDATE agreement_dimension SET \`order\` = IF(control_tag = 'spare', -1, 7) WHERE id IN ($ids)"
    get /api/projects/14/dimensions/
    sql <<<"UPDATE agreement_dimension d JOIN saved_order s USING (id) SET d.\`order\` = s.o; DROP TABLE saved_order"
    assert_equal "$(jq -c '[.[].control_tag]' "$body")" '["spare","mood","stars","tone"]'
}

@test "a project without a configuration has what its results suggest" {
    matrix 16 161 "$everyone"
    get /api/projects/16/dimensions/
    assert_equal "$(jq -c '[.[].control_tag] | sort' "$body")" '["mood","spare","stars","tone"]'
}

@test "dimensions follow the configuration: ids are kept, vanished ones become inactive" {
    get /api/projects/17/dimensions/
    cp "$body" "$body.before"
    sql <<<"CREATE TABLE saved_project AS SELECT id, label_config FROM project WHERE id = 17;
        UPDATE project SET label_config = REPLACE(REPLACE(label_config,
            '<Rating name=\"stars\" toName=\"t\"/>', '<Number name=\"count\" toName=\"t\"/>'), 'value=\"sad\"', 'value=\"blue\"') WHERE id = 17"
    get /api/projects/17/dimensions/
    cp "$body" "$body.after"
    matrix 17 171 "$everyone"
    cp "$body" "$body.matrix"
    sql <<<"UPDATE project p JOIN saved_project s USING (id) SET p.label_config = s.label_config; DROP TABLE saved_project"
    get /api/projects/17/dimensions/
    cp "$body" "$body.again"

    id_of() { jq --arg tag "$2" '.[] | select(.control_tag == $tag) | .id' "$1"; }
    assert_equal "$(id_of "$body.after" mood)" "$(id_of "$body.before" mood)"
    assert_equal "$(id_of "$body.after" stars)" "$(id_of "$body.before" stars)"
    assert_equal "$(jq -c '[.[] | select(.is_active) | .control_tag] | sort' "$body.after")" '["count","mood","spare","tone"]'
    assert_equal "$(jq -c '.[] | select(.control_tag == "stars") | .is_active' "$body.after")" false
    assert_equal "$(jq -c '.[] | select(.control_tag == "mood") | .values_enum' "$body.after")" '["glad","blue"]'
    # Both sides have no count, so they agree in it: mood 1, tone 0, spare 0, count 1.
    assert_equal "$(jq -c '.matrix[0][1]' "$body.matrix")" 0.5
    assert_equal "$(id_of "$body.again" stars)" "$(id_of "$body.before" stars)"
    assert_equal "$(jq -c '[.[] | select(.is_active) | .control_tag] | sort' "$body.again")" '["mood","spare","stars","tone"]'
}

@test "what a user set is not overwritten when the configuration changes" {
    get /api/projects/17/dimensions/
    id=$(jq '.[] | select(.control_tag == "tone") | .id' "$body")
    tool_on labelstudio dimensions set --project 17 --dimension "$id" --name "Tone of voice" --weight 2.5
    sql <<<"UPDATE project SET label_config = CONCAT(label_config, ' ') WHERE id = 17"
    get "/api/projects/17/dimensions/$id/"
    assert_equal "$(jq -c '[.name, .weight]' "$body")" '["Tone of voice",2.5]'
}

@test "the list needs credentials like the matrix" {
    request /api/projects/14/dimensions/
    assert_error 401 "Authentication credentials were not provided."
    request /api/projects/14/dimensions/1/
    assert_error 401 "Authentication credentials were not provided."
}
