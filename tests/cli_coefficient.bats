#!/usr/bin/env bats
# Agreement beyond chance on the command line: lines and files in, estimates out.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

# coefficient LINE..: the answers, a line each.
coefficient() {
    printf '%s\n' "$@" | env -u AGREEMENT_MYSQL_FILE "$TOOL" coefficient
}

@test "a line in, an estimate out, in order, and errors name what is wrong" {
    run coefficient '{"items":[[1,1],[1,2],[2,2],[2,2]],"coefficient":"cohen"}' \
        '' '{"items":[[1,1],[1,2]]}' '{"items":[[1,1]],"coefficient":"kappa"}' '{' \
        '{"items":[[1,1],[1,2,3]],"coefficient":"alpha"}' '{"items":[[1,1],[1,2]],"coefficient":"alpha","weights":"linear","distance":"ratio"}' \
        '{"items":[[1,1],[1,2]],"coefficient":"ac1","weights":"linear"}' '{"items":[[1,1],[1,2]],"coefficient":"alpha","distance":5}' \
        '{"items":[["a","a"],["b","b"]],"coefficient":"alpha","distance":"interval"}'
    assert_equal "$status" 0
    assert_equal "${#lines[@]}" 9
    # Cohen 1960: (3/4 - 1/2) / (1 - 1/2).
    assert_equal "$(jq -c '[.value, .units, .raters]' <<<"${lines[0]}")" '[0.5,4,2]'
    assert_equal "${lines[1]}" '{"error":"coefficient: a name is required"}'
    assert_equal "${lines[2]}" '{"error":"coefficient: there is no \"kappa\", but percent, cohen, scott, fleiss, conger, brennan_prediger, ac1, ac2, alpha"}'
    [[ ${lines[3]} == '{"error":"JSON: line 1, column 2:'* ]] || fail "${lines[3]}"
    assert_equal "${lines[4]}" '{"error":"items[1]: has 3 ratings, where the first row has 2; null is one that is missing"}'
    assert_equal "${lines[5]}" '{"error":"either weights or a distance, not both"}'
    assert_equal "${lines[6]}" '{"error":"ac1 takes no weights; ac2 does"}'
    assert_equal "${lines[7]}" '{"error":"distance: a text is required"}'
    assert_equal "${lines[8]}" '{"error":"interval compares numbers, and \"a\" is none"}'
}

@test "what is not defined is null, with the reason" {
    run coefficient '{"items":[[1,1],[1,1]],"coefficient":"ac1"}' '{"items":[[1,null],[null,1]],"coefficient":"alpha"}' \
        '{"items":[[1,1],[1,1]],"coefficient":"percent"}'
    assert_equal "${lines[0]}" '{"value":null,"se":null,"ci":null,"units":2,"raters":2,"reason":"one category alone occurs"}'
    assert_equal "${lines[1]}" '{"value":null,"se":null,"ci":null,"units":0,"raters":0,"reason":"no unit has two ratings"}'
    assert_equal "${lines[2]}" '{"value":1.0,"se":0.0,"ci":[1.0,1.0],"units":2,"raters":2}'
}

@test "several choices are a set: equal or not, or as alike as masi and jaccard say" {
    local items='[[["a","b"],["b","a"]],[["a","b"],["b"]],["c",["a","b","a"]]]'
    run coefficient "{\"coefficient\":\"alpha\",\"items\":$items}" "{\"coefficient\":\"alpha\",\"distance\":\"jaccard\",\"items\":$items}" \
        "{\"coefficient\":\"percent\",\"weights\":\"masi\",\"items\":$items}" '{"coefficient":"percent","items":[[["a"],"a"],[[],[]]]}' \
        '{"coefficient":"alpha","distance":"masi","items":[["a",1]]}' '{"coefficient":"alpha","items":[["a",["b",1]]]}'
    # Do 2/3, De 9/15; Do (0 + 1/2 + 1) / 3, De 7/15; (1 + 1/3 + 0) / 3.
    [[ $(jq '(.value - (1 - 10 / 9) | fabs) < 1e-12' <<<"${lines[0]}") == true ]] || fail "${lines[0]}"
    [[ $(jq '(.value - (1 - 7.5 / 7) | fabs) < 1e-12' <<<"${lines[1]}") == true ]] || fail "${lines[1]}"
    [[ $(jq '(.value - 4 / 9 | fabs) < 1e-12' <<<"${lines[2]}") == true ]] || fail "${lines[2]}"
    [[ ${lines[3]} == '{"value":1.0,'* ]] || fail "${lines[3]}"
    assert_equal "${lines[4]}" '{"error":"masi compares texts and lists of texts, and 1 is neither"}'
    assert_equal "${lines[5]}" '{"error":"items[0]: [1][1] must be a text, not a number"}'
}

@test "a CSV of ratings gives what its rows give as JSON" {
    local file=$BATS_TEST_TMPDIR/ratings.csv json rows='[[1,1,null],["a b, \"c\"",2.5,2.5],[1,2.5,1],["a b, \"c\"","a b, \"c\"",null]]'
    printf 'one,two,"the\nthird"\r\n1,1,\r\n"a b, ""c""",2.5 , 2.5\r\n1,2.5,1\r\n"a b, ""c""","a b, ""c""",' >"$file"
    for name in percent cohen scott fleiss conger brennan_prediger ac1 ac2 alpha; do
        json=$(coefficient "{\"items\":$rows,\"coefficient\":\"$name\"}")
        assert_equal "$name $(env -u AGREEMENT_MYSQL_FILE "$TOOL" coefficient "$file" --header --coefficient "$name")" "$name $json"
        [[ $(jq '.value' <<<"$json") != null ]] || fail "$json"
    done
    printf '1,2\n2,2\n3,3\n' >"$file"
    assert_equal "$("$TOOL" coefficient - --coefficient alpha --distance ordinal <"$file")" \
        "$(coefficient '{"items":[[1,2],[2,2],[3,3]],"coefficient":"alpha","distance":"ordinal"}')"
}

@test "a file that cannot be used, and options that do not fit" {
    local file=$BATS_TEST_TMPDIR/ratings.csv
    run "$TOOL" coefficient "$file" --coefficient alpha
    [[ $status -eq 1 && $output == *"$file: No such file or directory"* ]] || fail "$output"
    printf '1,2\n3\n' >"$file"
    run "$TOOL" coefficient "$file" --coefficient alpha
    [[ $status -eq 1 && $output == *"row [1]: has 1 ratings, where the first row has 2"* ]] || fail "$output"
    printf '1,2\n3,"4\n' >"$file"
    run "$TOOL" coefficient "$file" --coefficient alpha
    [[ $status -eq 1 && $output == *"line 2: a quote is not closed"* ]] || fail "$output"
    run "$TOOL" coefficient "$file"
    [[ $status -eq 2 && $output == *"--coefficient: a name is required"* ]] || fail "$output"
    run "$TOOL" coefficient "$file" --coefficient alpha --distance cubic
    [[ $status -eq 2 && $output == *'--distance: there is no "cubic", but nominal, ordinal, interval, ratio, jaccard, masi'* ]] || fail "$output"
    run "$TOOL" coefficient --coefficient alpha </dev/null
    [[ $status -eq 2 && $output == *"--coefficient is of a FILE"* ]] || fail "$output"
}

# bats test_tags=all
@test "random ratings: irrCAC, krippendorff and NLTK give the same" {
    run "$AM_PEERS_PYTHON" "$BATS_TEST_DIRNAME/lib/coefficients.py" "$TOOL"
    [[ $status -eq 0 && ${lines[-1]} == *" 0 differ" ]] || fail "$output"
}
