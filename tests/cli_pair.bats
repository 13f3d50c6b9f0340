#!/usr/bin/env bats
# agreement-matrix compute --pair: why a cell is what it is, equal to what the service says of it.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    database_create examples
    tool_on examples init
    tool_on examples import "$SOURCE_DIR/examples/export.json" --project 1 \
        --label-config "$SOURCE_DIR/examples/label-config.xml" --title Stalls
    KEY=$(tool_on examples token create --user chen.wei@example.com)
    export KEY
}

compute() {
    env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$SOURCE_DIR/examples/export.json" \
        --label-config "$SOURCE_DIR/examples/label-config.xml" "$@"
}

# served TASK A B: the body of the service's answer.
served() {
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/examples.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api QUERY_STRING="a=$2&b=$3" \
        PATH_INFO="/projects/1/tasks/$1/agreement-matrix/pair" HTTP_X_API_KEY="$KEY" "$FCGI" </dev/null | sed '1,/^\r$/d'
}

# usage STATUS MESSAGE OPTIONS..
refused() {
    local expected=$1 message=$2
    shift 2
    run compute "$@"
    assert_equal "$status" "$expected"
    [[ $output = *"$message"* ]] || fail "$output"
}

@test "the bytes of the service's answer" {
    local pair
    for pair in '1 5' '5 1' '1 model:market-2.0' 'market-1.0 ground_truth' '1 ground_truth' '2 2' '1 nobody'; do
        # shellcheck disable=SC2086
        assert_equal "$(compute --task 7 --pair "${pair/ /,}")" "$(served 7 $pair)"
    done
}

@test "score and users are those of the matrix" {
    matrix=$(compute --task 7 --selection '{"annotators":{"ids":[1,5]}}')
    pair=$(compute --task 7 --pair 1,5)
    assert_equal "$(jq -c '[.a, .b, .score]' <<<"$pair")" "$(jq -c '[.users[0], .users[1], .matrix[0][1]]' <<<"$matrix")"
    # What is told makes the scores again.
    jq -e '.dimensions[] | select(.kind == "regions") | . as $d
        | ([.matches[] | .similarity * (.counts.a + .counts.b)] | add) / (.all.a + .all.b) - $d.raw | fabs < 1e-12' <<<"$pair"
}

@test "one dimension, and another metric" {
    pair=$(compute --task 7 --pair 1,5 --dimension fruit --metric bbox_f1 --params '{"iou_threshold":0.75}')
    jq -e '(.dimensions | length) == 1 and .dimensions[0].metric_type == "bbox_f1" and .dimensions[0].weight == 1' <<<"$pair"
    jq -e '.dimensions[0] | [.matches[].overlap] | min >= 0.75' <<<"$pair"
    jq -e '.dimensions[0] | 2 * (.matches | length) / (.all.a + .all.b) == .score' <<<"$pair"
    jq -e '.dimensions[0] | (.matches | length) + (.only_a | length) == .all.a' <<<"$pair"
}

@test "annotations without author" {
    printf '%s' '[{"id":1,"data":{},"annotations":[
        {"id":46,"result":[{"from_name":"c","type":"choices","value":{"choices":["A"]}}]},
        {"id":47,"result":[{"from_name":"c","type":"choices","value":{"choices":["B"]}}]}]}]' >"$BATS_TEST_TMPDIR/export.json"
    "$TOOL" compute "$BATS_TEST_TMPDIR/export.json" --task 1 --unnamed --pair annotation:47,annotation:46 >"$BATS_TEST_TMPDIR/pair"
    assert_equal "$(jq -c '[.a.id, .b.id, (.dimensions[0] | .missing, .extra)]' "$BATS_TEST_TMPDIR/pair")" \
        '["annotation:47","annotation:46",[{"value":"B"}],[{"value":"A"}]]'
}

@test "what is wrong is said" {
    refused 1 '--pair: there is no participant "99"' --task 7 --pair 1,99
    refused 1 'there is no task 99' --task 99 --pair 1,5
    refused 2 '--pair needs --task' --pair 1,5
    refused 2 '--pair goes without --selection' --task 7 --pair 1,5 --selection '{}'
    refused 2 '--pair is printed as json' --task 7 --pair 1,5 --format table
    local pair
    for pair in 1 '1,' ',1' ''; do
        refused 2 '--pair: two participants are required' --task 7 --pair "$pair"
    done
}
