#!/usr/bin/env bats
# Who takes part: a task of the fixture for each rule (tests/data/http/fixture.sql).
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    server_up
}

teardown_file() {
    server_down
}

all='{"annotators":{"all":true},"models":{"all":true},"ground_truth":true}'

@test "everyone: annotators by id, models by version, the ground truth last" {
    matrix 11 101 "$all"
    assert_matrix '[[1.0,0.0,1.0,1.0,1.0,0.0,1.0],[0.0,1.0,0.0,0.0,0.0,1.0,0.0],[1.0,0.0,1.0,1.0,1.0,0.0,null],[1.0,0.0,1.0,1.0,1.0,0.0,1.0],[1.0,0.0,1.0,1.0,1.0,0.0,1.0],[0.0,1.0,0.0,0.0,0.0,1.0,0.0],[1.0,0.0,null,1.0,1.0,0.0,1.0]]' \
        21 22 23 27 model:v1 model:v2 ground_truth
}

@test "nobody is named: an empty matrix" {
    matrix 11 101 '{}'
    assert_matrix '[]'
    matrix 11 101 '{"annotators":{"all":false,"ids":[]},"models":{"all":false},"ground_truth":false}'
    assert_matrix '[]'
    assert_equal "$(<"$body")" '{"matrix":[],"users":[]}'
}

@test "one is named: a matrix of one" {
    matrix 11 101 '{"annotators":{"ids":[22]}}'
    assert_matrix '[[1.0]]' 22
    matrix 11 101 '{"models":{"ids":["v2"]}}'
    assert_matrix '[[1.0]]' model:v2
    matrix 11 101 '{"ground_truth":true}'
    assert_matrix '[[1.0]]' ground_truth
}

@test "ids are an inclusion list: integers or strings, in any order, once each" {
    matrix 11 101 '{"annotators":{"all":false,"ids":[27,"22",21,22,"27"]}}'
    assert_matrix '[[1.0,0.0,1.0],[0.0,1.0,0.0],[1.0,0.0,1.0]]' 21 22 27
}

@test "with all, ids are an exclusion list" {
    matrix 11 101 '{"annotators":{"all":true,"ids":[21,"23",999]}}'
    assert_matrix '[[1.0,0.0],[0.0,1.0]]' 22 27
}

@test "unknown people, and those of another organization, are left out without a word" {
    matrix 11 113 '{"annotators":{"ids":[21,999,34,26,0,-5,9223372036854775807]}}'
    assert_matrix '[[1.0]]' 21
}

@test "named without evidence: a row of nulls" {
    matrix 11 101 '{"annotators":{"ids":[21,33]},"models":{"ids":["v9"]}}'
    assert_matrix '[[1.0,null,null],[null,null,null],[null,null,null]]' 21 33 model:v9
    matrix 11 102 '{"annotators":{"ids":[21,22]},"ground_truth":true}'
    assert_matrix '[[1.0,null,null],[null,null,null],[null,null,null]]' 21 22 ground_truth
}

@test "a skipped annotation is no evidence, and does not hide an older one" {
    matrix 11 102 "$everyone"
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 23
}

@test "of several annotations by one person the latest counts: by time, then by id" {
    matrix 11 103 "$everyone"
    assert_matrix '[[1.0,1.0,1.0],[1.0,1.0,1.0],[1.0,1.0,1.0]]' 21 22 23
}

@test "drafts never count" {
    matrix 11 104 "$everyone"
    assert_matrix '[[1.0]]' 21
    matrix 11 104 '{"annotators":{"ids":[21,22]}}'
    assert_matrix '[[1.0,null],[null,null]]' 21 22
}

@test "the ground truth is the latest that is not skipped; null against its own author" {
    matrix 11 105 "$all"
    assert_matrix '[[1.0,0.0,1.0,1.0],[0.0,1.0,0.0,0.0],[1.0,0.0,1.0,null],[1.0,0.0,null,1.0]]' 21 22 23 ground_truth
}

@test "the author of the ground truth who annotated again is compared with it" {
    matrix 11 106 "$all"
    assert_matrix '[[1.0,0.0],[0.0,1.0]]' 21 ground_truth
}

@test "models: every version by its bytes, the latest prediction of each" {
    matrix 11 107 '{"models":{"all":true}}'
    assert_status 200
    assert_equal "$(jq -c '[.users[].id]' "$body")" \
        '["model:V1","model:model:v1","model:v1","model:v1 ","model:w, \"x\""]'
    assert_equal "$(jq -c ".matrix[2] | $plain_numbers" "$body")" '[0,0,1,0,1]'
    assert_equal "$(jq -r '.users[1].username' "$body")" "Model model:v1"
}

@test "models: named with or without the prefix" {
    matrix 11 101 '{"models":{"ids":["v1","model:v2"]}}'
    assert_matrix '[[1.0,0.0],[0.0,1.0]]' model:v1 model:v2
    matrix 11 101 '{"models":{"ids":["model:v1","v1"]}}'
    assert_matrix '[[1.0]]' model:v1
}

@test "models: a version that is called model:v1 goes before the prefix" {
    matrix 11 107 '{"models":{"ids":["v1"]}}'
    assert_matrix '[[1.0]]' model:v1
    matrix 11 107 '{"models":{"ids":["model:v1","v1"]}}'
    assert_matrix '[[1.0,0.0],[0.0,1.0]]' model:model:v1 model:v1
    matrix 11 107 '{"models":{"ids":["model:model:v1"]}}'
    assert_matrix '[[1.0]]' model:model:v1
}

@test "models: names are compared byte by byte" {
    matrix 11 107 '{"models":{"ids":["V1","v1 "]}}'
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' model:V1 "model:v1 "
}

@test "models: with all, ids are an exclusion list" {
    matrix 11 101 '{"models":{"all":true,"ids":["model:v1"]}}'
    assert_matrix '[[1.0]]' model:v2
    matrix 11 107 '{"models":{"all":true,"ids":["model:v1","V1","v1 "]}}'
    assert_status 200
    assert_equal "$(jq -c '[.users[].id]' "$body")" '["model:v1","model:w, \"x\""]'
}

@test "a task that nobody has touched: an empty matrix" {
    matrix 11 108 "$all"
    assert_equal "$(jq -c '[.users[].id]' "$body")" '["ground_truth"]'
    matrix 11 108 '{"annotators":{"all":true},"models":{"all":true}}'
    assert_matrix '[]'
}

@test "an annotation of nobody makes no annotator" {
    matrix 11 114 "$everyone"
    assert_matrix '[[1.0]]' 21
}

@test "both sides empty agree, one side empty does not" {
    matrix 11 109 "$everyone"
    assert_matrix '[[1.0,1.0,0.0],[1.0,1.0,0.0],[0.0,0.0,1.0]]' 21 22 23
}

@test "a result that is no list is empty; a JSON string is parsed once more" {
    matrix 11 110 "$everyone"
    assert_matrix '[[1.0,0.0,0.0,1.0],[0.0,1.0,1.0,0.0],[0.0,1.0,1.0,0.0],[1.0,0.0,0.0,1.0]]' 21 22 23 27
}

@test "of two items with one id the first counts; relations are left out" {
    matrix 11 115 "$everyone"
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 22
}
