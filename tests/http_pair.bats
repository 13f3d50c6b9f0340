#!/usr/bin/env bats
# Why a cell of the matrix is what it is: the route of a pair.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    server_up
}

teardown_file() {
    server_down
}

# pair PROJECT TASK A B [CURL OPTIONS..]: as Ann.
pair() {
    local target=/api/projects/$1/tasks/$2/agreement-matrix/pair a=$3 b=$4
    shift 4
    get "$target" -G --data-urlencode "a=$a" --data-urlencode "b=$b" "$@"
}

# shows FILTER: what jq makes of the answer.
shows() {
    jq -c "$plain_numbers | $1" "$body"
}

@test "score and reason are those of the matrix, for every pair of everybody" {
    matrix 11 101 '{"annotators":{"all":true},"models":{"all":true},"ground_truth":true}'
    cp "$body" "$BATS_TEST_TMPDIR/matrix"
    local n i k
    n=$(jq '.users | length' "$BATS_TEST_TMPDIR/matrix")
    for ((i = 0; i < n; i++)); do
        for ((k = 0; k < n; k++)); do
            pair 11 101 "$(jq -r ".users[$i].id" "$BATS_TEST_TMPDIR/matrix")" "$(jq -r ".users[$k].id" "$BATS_TEST_TMPDIR/matrix")"
            assert_status 200
            assert_equal "$(jq -c '[.a, .b, .score]' "$body")" "$(jq -c "[.users[$i], .users[$k], .matrix[$i][$k]]" "$BATS_TEST_TMPDIR/matrix")"
            jq -e "(.reason != null) == (.score == null or $i == $k)" "$body"
        done
    done
}

@test "each dimension has its score, its weight and what its metric compared" {
    pair 14 141 21 22
    assert_status 200
    assert_equal "$(header Content-Type)" application/json
    assert_equal "$(shows '[.dimensions[] | [.control_tag, .metric_type, .weight, .score, .reason, .kind]]')" \
        '[["mood","exact_match",1,1,null,"labels"],["stars","numeric_difference",3,0.3333333333333333,null,"number"],["spare","exact_match",1,0,null,"labels"]]'
    assert_equal "$(shows '.dimensions[0] | [.common, .missing, .extra]')" '[[{"value":"glad"}],[],[]]'
    assert_equal "$(shows '.dimensions[1].numbers')" '[{"a":4,"b":2,"difference":2,"similarity":0.3333333333333333}]'
    # The weighted mean of the scores is the score.
    jq -e '([.dimensions[] | .weight * .score] | add) / ([.dimensions[].weight] | add) - .score | fabs < 1e-12' "$body"
}

@test "one dimension, by its id, weighs 1" {
    get /api/projects/14/dimensions/
    id=$(jq '.[] | select(.name == "stars").id' "$body")
    pair 14 141 22 21 -d "dimension=$id"
    assert_equal "$(shows '[.score, (.dimensions[] | .id, .weight, .numbers[0].a, .numbers[0].b)]')" "[0.3333333333333333,$id,1,2,4]"
}

@test "swapped, a and b change places" {
    pair 11 101 21 22
    assert_equal "$(shows '.dimensions[0] | [.common, .missing, .extra]')" '[[],[{"value":"A"}],[{"value":"B"}]]'
    pair 11 101 22 21
    assert_equal "$(shows '.dimensions[0] | [.common, .missing, .extra]')" '[[],[{"value":"B"}],[{"value":"A"}]]'
}

@test "models with and without the prefix, and the ground truth" {
    pair 11 101 model:v1 v2
    assert_equal "$(shows '[.a.id, .b.id, .score]')" '["model:v1","model:v2",0]'
    pair 11 101 ground_truth 21
    assert_equal "$(shows '[.a.id, .b.id, .score]')" '["ground_truth",21,1]'
    # A version that has the prefix in its name.
    pair 11 107 model:v1 V1
    assert_equal "$(shows '[.a.id, .score]')" '["model:model:v1",1]'
    pair 11 107 v1 model:V1
    assert_equal "$(shows '[.a.id, .score]')" '["model:v1",0]'
}

@test "nulls have a reason" {
    pair 11 101 21 33
    assert_equal "$(shows '[.score, .reason]')" '[null,"b has no evidence on this task"]'
    pair 11 101 v9 21
    assert_equal "$(shows '[.score, .reason]')" '[null,"a has no evidence on this task"]'
    pair 11 101 23 ground_truth
    assert_equal "$(shows '[.score, .reason]')" '[null,"a and b are the same annotation"]'
    pair 15 151 21 22
    assert_equal "$(shows '[.score, .reason, .dimensions]')" '[null,"no dimension counts",[]]'
    # In the words of the warning.
    pair 14 143 21 22
    assert_equal "$(shows '.dimensions[1] | [.score, .kind]')" '[null,null]'
    assert_equal "$(jq -r '.dimensions[1].reason' "$body")" "$(header X-Agreement-Warning)"
    jq -e '.score == 1 and .reason == null' "$body"
}

@test "both empty, one empty" {
    pair 11 109 21 22
    assert_equal "$(shows '[.score, .dimensions[0].kind, .dimensions[0].common]')" '[1,"labels",[]]'
    pair 11 109 21 23
    assert_equal "$(shows '[.score, .dimensions[0].missing, .dimensions[0].extra]')" '[0,[],[{"value":"A"}]]'
}

@test "errors: as of the matrix, and of participants" {
    request /api/projects/11/tasks/101/agreement-matrix/pair
    assert_error 401 'Authentication credentials were not provided.'
    get /api/projects/11/tasks/101/agreement-matrix/pair
    assert_error 400 'Validation error' '{"a":["This field is required."],"b":["This field is required."]}'
    pair 11 101 ' ' 21
    assert_error 400 'Validation error' '{"a":["This field may not be blank."]}'
    pair 11 101 21 22 -d dimension=x
    assert_error 400 'Validation error' '{"dimension":["A valid integer is required."]}'
    pair 13 130 21 22
    assert_error 404 'No Project matches the given query.'
    pair 11 999 21 22
    assert_error 404 'No Task matches the given query.'
    pair 11 101 21 22 -d dimension=99999
    assert_error 404 'No Dimension matches the given query.'
    pair 11 101 21 999
    assert_error 404 'No Participant "999" matches the given query.'
    # Of another organization.
    pair 11 101 34 21
    assert_error 404 'No Participant "34" matches the given query.'
    # The web server, or the service, says it.
    get /api/projects/11/tasks/101/agreement-matrix/pair/x
    assert_status 404
}

@test "an entity tag that fits computes nothing" {
    pair 11 101 21 22
    etag=$(header ETag)
    [[ $etag =~ ^\"[0-9a-f]{32}\"$ ]]
    pair 11 101 21 22 -H "If-None-Match: $etag"
    assert_status 304
    [[ ! -s $body ]]
    pair 11 101 22 21 -H "If-None-Match: $etag"
    assert_status 200
}

@test "HEAD, and a final /" {
    get '/api/projects/11/tasks/101/agreement-matrix/pair/?a=21&b=22'
    assert_status 200
    get '/api/projects/11/tasks/101/agreement-matrix/pair?a=21&b=22' --head
    assert_status 200
}
