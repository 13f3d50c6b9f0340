#!/usr/bin/env bats
# agreement-matrix compute: an export without any database, equal to what the service says of it.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

export_file=$SOURCE_DIR/examples/export.json
config=$SOURCE_DIR/examples/label-config.xml
selection='{"annotators":{"all":true},"models":{"all":true},"ground_truth":true}'

setup_file() {
    database_create examples
    tool_on examples init
    tool_on examples import "$SOURCE_DIR/examples/export.json" --project 1 \
        --label-config "$SOURCE_DIR/examples/label-config.xml" --title Stalls
    KEY=$(tool_on examples token create --user chen.wei@example.com)
    cp "$SCRATCH/examples.cnf" "$SCRATCH/service.cnf.examples"
    export KEY
}

compute() {
    env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$export_file" --label-config "$config" "$@"
}

# served TASK SELECTION [PARAMETERS]: the body of the service's answer.
served() {
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/examples.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        QUERY_STRING="selection=$(jq -rn --arg s "$2" '$s | @uri')${3-}" PATH_INFO="/projects/1/tasks/$1/agreement-matrix" \
        HTTP_X_API_KEY="$KEY" "$FCGI" </dev/null | sed '1,/^\r$/d'
}

@test "every task: the bytes of the service's answer" {
    for task in 1 2 3 4 5 6 7 8; do
        assert_equal "$(compute --task "$task" --format json --selection "$selection")" "$(served "$task" "$selection")"
    done
}

@test "a selection, and one dimension: the bytes of the service's answer" {
    some='{"annotators":{"ids":[1,3,5]},"models":{"ids":["market-2.0","market-9"]}}'
    assert_equal "$(compute --task 7 --format json --selection "$some")" "$(served 7 "$some")"
    id=$(tool_on examples dimensions list --project 1 --format json | jq '.[] | select(.control_tag == "fruit") | .id')
    assert_equal "$(compute --task 7 --format json --selection "$selection" --dimension fruit)" \
        "$(served 7 "$selection" "&dimension=$id")"
}

@test "through a real web server: the same bytes" {
    SERVER=lighttpd
    mv "$SCRATCH/service.cnf" "$SCRATCH/service.cnf.kept"
    cp "$SCRATCH/examples.cnf" "$SCRATCH/service.cnf"
    server_up
    ann=$KEY
    for task in 1 4 7; do
        matrix 1 "$task" "$selection"
        assert_equal "$(<"$body")" "$(compute --task "$task" --format json --selection "$selection")"
    done
}

teardown() {
    server_down
    if [[ -e $SCRATCH/service.cnf.kept ]]; then
        mv "$SCRATCH/service.cnf.kept" "$SCRATCH/service.cnf"
    fi
}

@test "the rules that the sample shows" {
    matrix_of() { compute --task "$1" --format json --selection "$selection" | jq -c "$2"; }
    # shellcheck disable=SC2016
    at='(.users | map(.id)) as $ids | def at($a; $b): .matrix[$ids | index($a)][$ids | index($b)]; '
    assert_equal "$(matrix_of 1 "$at at(1; \"ground_truth\")")" null
    jq -en --argjson score "$(matrix_of 1 "$at at(2; \"ground_truth\")")" '$score > 0.8 and $score < 1'
    assert_equal "$(matrix_of 5 '[.users[].id]')" '[1,2,5,"model:market-1.0","model:market-2.0","ground_truth"]'
    assert_equal "$(matrix_of 8 '[.users[].id]')" '[1,2,3,4,"model:market-2.0","ground_truth"]'
    jq -en --argjson good "$(matrix_of 7 "$at at(1; 2)")" --argjson poor "$(matrix_of 7 "$at at(1; \"model:market-1.0\")")" '$good > $poor'
}

@test "all tasks: a line of JSON for each" {
    compute --format json --selection "$selection" >"$BATS_TEST_TMPDIR/all"
    assert_equal "$(jq -c .task "$BATS_TEST_TMPDIR/all" | xargs)" "1 2 3 4 5 6 7 8"
    assert_equal "$(sed -n 7p "$BATS_TEST_TMPDIR/all" | jq -c .matrix)" \
        "$(compute --task 7 --format json --selection "$selection" | jq -c .matrix)"
}

@test "as a table and as CSV: the same numbers" {
    run compute --task 7 --format csv --selection "$selection"
    assert_equal "$status" 0
    ((${#lines[@]} >= 9))
    score=$(compute --task 7 --format json --selection "$selection" | grep -o '0\.[0-9]*' | head -n 1)
    [[ $output = *"$score"* ]] || fail "no $score"
    run compute --task 7 --format table --selection "$selection"
    assert_equal "$status" 0
    [[ $output = *Okafor* || $output = *amara* ]]
    [[ $output = *market-2.0* ]]
}

@test "without a label config the dimensions come from the results" {
    run env "$TOOL" compute "$export_file" --task 7 --format json --selection "$selection"
    assert_equal "$status" 0
    jq -e '.matrix[0][1] > 0.5' <<<"${lines[-1]}"
}

@test "what is not there is named: 1" {
    run compute --task 999 --format json
    assert_equal "$status" 1
    [[ $output = *999* ]]
    run compute --task 1 --dimension vegetables
    assert_equal "$status" 1
    [[ $output = *vegetables* ]]
    run "$TOOL" compute "$BATS_TEST_TMPDIR/none.json"
    assert_equal "$status" 1
    [[ $output = *none.json* ]]
}

@test "what is no option or selection: 2" {
    run compute --format xml
    assert_equal "$status" 2
    run compute --task one
    assert_equal "$status" 2
    run compute --selection '{"annotators":'
    [[ $status = 1 || $status = 2 ]]
    [[ $output = *selection* ]]
}

@test "a file that breaks off is refused with its place" {
    head -c 20000 "$export_file" >"$BATS_TEST_TMPDIR/cut.json"
    run "$TOOL" compute "$BATS_TEST_TMPDIR/cut.json" --label-config "$config" --format json
    assert_equal "$status" 1
    [[ $output = *cut.json* ]]
}
