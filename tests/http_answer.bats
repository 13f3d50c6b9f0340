#!/usr/bin/env bats
# What an answer looks like: headers, both forms of the selection, the display of users, weights and warnings.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    server_up
}

teardown_file() {
    server_down
}

path=/api/projects/11/tasks/101/agreement-matrix

# user ID: that user of the answer, as the bytes of one line.
user() {
    jq -c --argjson id "$1" '.users[] | select(.id == $id)' "$body"
}

# dimension_of PROJECT CONTROL: the id of its dimension.
dimension_of() {
    get "/api/projects/$1/dimensions/" >&2
    jq --arg control "$2" '.[] | select(.control_tag == $control) | .id' "$body"
}

@test "the answer of the documentation, to the byte" {
    matrix 11 101 '{"annotators":{"ids":[21,22]},"models":{"ids":["v1"]},"ground_truth":true}'
    assert_equal "$(<"$body")" '{"matrix":[[1.0,0.0,1.0,1.0],[0.0,1.0,0.0,0.0],[1.0,0.0,1.0,1.0],[1.0,0.0,1.0,1.0]],"users":[{"avatar":null,"email":"ann@example.com","first_name":"Ann","id":21,"initials":"AA","last_name":"Archer","username":"ann"},{"avatar":"/data/avatars/bob.png","email":"bob@example.com","first_name":"Bob","id":22,"initials":"B","last_name":"","username":"bob"},{"id":"model:v1","username":"Model v1"},{"id":"ground_truth","username":"Ground Truth"}]}'
}

@test "headers of an answer" {
    matrix 11 101 "$everyone"
    assert_equal "$(header Content-Type)" "application/json"
    # Apache takes the space out.
    assert_equal "$(header Vary | tr -d ' ')" "Authorization,X-Api-Key"
    assert_equal "$(header Cache-Control)" "private, no-cache"
    assert_equal "$(header X-Content-Type-Options)" "nosniff"
    assert_equal "$(header X-Agreement-Warning)" ""
}

@test "HEAD: the headers of GET and no body" {
    matrix 11 101 "$everyone"
    grep -vi -e '^date:' -e '^connection:' -e '^keep-alive:' -e '^transfer-encoding:' "$headers.text" >"$headers.get"
    matrix 11 101 "$everyone" -I
    assert_status 200
    assert_equal "$(wc -c <"$body")" "$(wc -c <"$headers")"
    grep -vi -e '^date:' -e '^connection:' -e '^keep-alive:' -e '^transfer-encoding:' "$headers.text" |
        grep -vi '^content-length:' >"$headers.head"
    diff <(grep -vi '^content-length:' "$headers.get") "$headers.head"
}

@test "a slash at the end changes nothing" {
    matrix 11 101 "$everyone"
    cp "$body" "$body.plain"
    get "$path/?selection=$everyone"
    assert_status 200
    cmp "$body" "$body.plain"
    get /api/projects/11/dimensions
    cp "$body" "$body.plain"
    get /api/projects/11/dimensions/
    assert_status 200
    cmp "$body" "$body.plain"
}

@test "the SDK's flat selection gives the bytes of the JSON one" {
    matrix 11 101 '{"annotators":{"all":true,"ids":[22,23]},"models":{"all":false,"ids":["v1","v2"]},"ground_truth":true}'
    assert_status 200
    cp "$body" "$body.json"
    local flat
    for flat in \
        "selection[annotators][all]=true&selection[annotators][ids]=22&selection[annotators][ids]=23&selection[models][all]=false&selection[models][ids]=v1&selection[models][ids]=v2&selection[ground_truth]=true" \
        "selection%5Bannotators%5D%5Ball%5D=True&selection%5Bannotators%5D%5Bids%5D=22&selection%5Bannotators%5D%5Bids%5D=23&selection%5Bmodels%5D%5Ball%5D=False&selection%5Bmodels%5D%5Bids%5D=v1&selection%5Bmodels%5D%5Bids%5D=v2&selection%5Bground_truth%5D=True" \
        "selection[annotators][all]=1&selection[annotators][ids]=23&selection[annotators][ids]=22&selection[models][all]=0&selection[models][ids]=model:v2&selection[models][ids]=model%3Av1&selection[ground_truth]=1&selection[colour]=red&utm=1"; do
        get "$path?$flat"
        assert_status 200
        cmp "$body" "$body.json"
    done
}

@test "JSON in the address: raw and percent-encoded" {
    matrix 11 101 '{"annotators":{"ids":[21,22]}}'
    cp "$body" "$body.encoded"
    get "$path?selection={\"annotators\":{\"ids\":[21,22]}}"
    assert_status 200
    cmp "$body" "$body.encoded"
}

@test "a + in the address is a space, %2B a plus" {
    get "$path?selection[models][ids]=a+b&selection[models][ids]=a%2Bb"
    assert_equal "$(jq -c '[.users[].id]' "$body")" '["model:a b","model:a+b"]'
}

@test "unknown keys of a selection are ignored, missing parts have their defaults" {
    matrix 11 101 '{"annotators":{"ids":[21],"colour":"red"},"reviewers":{"all":true}}'
    assert_matrix '[[1.0]]' 21
}

@test "an avatar has the setting hostname before it, without it a path" {
    matrix 11 113 '{"annotators":{"ids":[21,22]}}'
    assert_equal "$(jq -c '[.users[].avatar]' "$body")" '[null,"/data/avatars/bob.png"]'
}

@test "initials: of both names, of the only one, of the email" {
    matrix 11 113 "$everyone"
    assert_equal "$(jq -c '[.users[] | select(.id != 24) | .initials]' "$body")" '["AA","B","cl","S","ÉÖ","😀s","LL","NN"]'
}

@test "a user who was removed from the organization is shown as deleted" {
    matrix 11 113 "$everyone"
    assert_equal "$(user 24)" '{"avatar":null,"email":"deleted-24-user@example.com","first_name":"Deleted","id":24,"initials":"DU","last_name":"User 24","username":"deleted-24"}'
    matrix 11 113 '{"annotators":{"ids":[24]}}'
    assert_equal "$(user 24 | jq -r .username)" deleted-24
}

@test "a user who was removed and came back is shown as they are" {
    matrix 11 113 "$everyone"
    assert_equal "$(user 32 | jq -c '[.first_name, .email]')" '["Lea","lea@example.com"]'
}

@test "several dimensions: the mean by weight, weight 0 is not counted" {
    spare=$(dimension_of 14 spare)
    sql <<<"UPDATE agreement_dimension SET is_active = 0, user_set = user_set | 64 WHERE id = $spare"
    matrix 14 141 "$everyone"
    assert_matrix '[[1.0,0.5],[0.5,1.0]]' 21 22
    sql <<<"UPDATE agreement_dimension SET is_active = 1 WHERE id = $spare"
    matrix 14 141 "$everyone"
    assert_matrix '[[1.0,0.4],[0.4,1.0]]' 21 22
}

@test "one dimension is named: it alone counts, whatever its weight" {
    mood=$(dimension_of 14 mood)
    stars=$(dimension_of 14 stars)
    tone=$(dimension_of 14 tone)
    matrix 14 141 "$everyone" --data-urlencode "dimension=$mood"
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 22
    matrix 14 141 "$everyone" --data-urlencode "dimension=$stars"
    assert_matrix '[[1.0,0.3333333333333333],[0.3333333333333333,1.0]]' 21 22
    matrix 14 141 "$everyone" --data-urlencode "dimension=$tone"
    assert_matrix '[[1.0,0.0],[0.0,1.0]]' 21 22
    matrix 14 142 "$everyone" --data-urlencode "dimension=$tone"
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 22
}

@test "no dimension counts: all null, the diagonal too" {
    matrix 15 151 "$everyone"
    assert_matrix '[[null,null],[null,null]]' 21 22
}

@test "a value that does not parse: null in that dimension, and a warning" {
    stars=$(dimension_of 14 stars)
    matrix 14 143 "$everyone" --data-urlencode "dimension=$stars"
    assert_matrix '[[1.0,null],[null,1.0]]' 21 22
    header X-Agreement-Warning | grep -q "^annotation 1432, dimension $stars: "
    matrix 14 143 "$everyone"
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 22
    header X-Agreement-Warning | grep -q "^annotation 1432, dimension $stars: "
}

@test "a prediction's rating may stand in a list" {
    stars=$(dimension_of 14 stars)
    matrix 14 144 '{"annotators":{"all":true},"models":{"all":true}}' --data-urlencode "dimension=$stars"
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 model:v1
}

@test "a project without a usable configuration: dimensions from the results" {
    matrix 16 161 "$everyone"
    assert_matrix '[[1.0,0.3333333333333333],[0.3333333333333333,1.0]]' 21 22
    matrix 18 181 "$everyone"
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 22
}

@test "a change in the database is seen by the next request" {
    matrix 11 101 '{"annotators":{"ids":[21,22]}}'
    assert_matrix '[[1.0,0.0],[0.0,1.0]]' 21 22
    sql <<<"UPDATE task_completion SET result = REPLACE(result, '\"B\"', '\"A\"') WHERE id = 1002"
    matrix 11 101 '{"annotators":{"ids":[21,22]}}'
    sql <<<"UPDATE task_completion SET result = REPLACE(result, '\"A\"', '\"B\"') WHERE id = 1002"
    assert_matrix '[[1.0,1.0],[1.0,1.0]]' 21 22
}
