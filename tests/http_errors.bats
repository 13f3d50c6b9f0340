#!/usr/bin/env bats
# Every row of the error table, and the order of its checks.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    server_up
}

teardown_file() {
    server_down
}

path=/api/projects/11/tasks/101/agreement-matrix
selected="$path?selection={}"
not_provided="Authentication credentials were not provided."
legacy_off="Authentication token no longer valid: legacy token authentication has been disabled for this organization"

# token VALUE: what the Authorization header of a request to a good address may be.
with_authorization() {
    request "$selected" -H "Authorization: $1"
}

@test "no credentials: 401, and how to authenticate" {
    request "$selected"
    assert_error 401 "$not_provided"
    assert_equal "$(header WWW-Authenticate)" Token
}

@test "a scheme that is not ours: 401, as if there were none" {
    for value in "Bearer $ann" "Basic QTpC" "Tokens $ann" "$ann"; do
        with_authorization "$value"
        assert_error 401 "$not_provided"
        assert_equal "$(header WWW-Authenticate)" Token
    done
}

@test "Token alone: 401" {
    with_authorization "Token"
    assert_error 401 "Invalid token header. No credentials provided."
}

@test "a token with spaces inside: 401" {
    with_authorization "Token ${ann:0:20} ${ann:20}"
    assert_error 401 "Invalid token header. Token string should not contain spaces."
}

@test "a token that is not UTF-8: 401" {
    with_authorization "Token "$'a\xff'
    assert_error 401 "Invalid token header. Token string should not contain invalid characters."
}

@test "an unknown token: 401" {
    with_authorization "Token $(repeat 99 20)"
    assert_error 401 "Invalid token."
}

@test "tokens are compared byte by byte: case counts" {
    with_authorization "Token ${ann^^}"
    assert_error 401 "Invalid token."
}

@test "tokens are compared byte by byte: a space at the end counts" {
    with_authorization "Token $(repeat b7 19)b"
    assert_error 401 "Invalid token."
}

@test "tokens are compared whole: neither the beginning nor more will do" {
    with_authorization "Token ${ann:0:39}"
    assert_error 401 "Invalid token."
    with_authorization "Token ${ann}0"
    assert_error 401 "Invalid token."
    with_authorization "Token %"
    assert_error 401 "Invalid token."
}

@test "an inactive user: 401" {
    with_authorization "Token $(repeat e5 20)"
    assert_error 401 "User inactive or deleted."
}

@test "legacy tokens switched off, by a row or by its absence: 401" {
    with_authorization "Token $(repeat 0c 20)"
    assert_error 401 "$legacy_off"
    with_authorization "Token $(repeat 0d 20)"
    assert_error 401 "$legacy_off"
}

@test "the scheme's case does not matter" {
    for scheme in Token token TOKEN tOkEn; do
        with_authorization "$scheme $ann"
        assert_status 200
    done
}

@test "X-Api-Key does what Authorization does" {
    request "$selected" -H "X-Api-Key: $ann"
    assert_status 200
    request "$selected" -H "X-Api-Key: ${ann^^}"
    assert_error 401 "Invalid token."
    request "$selected" -H "X-Api-Key: $(repeat e5 20)"
    assert_error 401 "User inactive or deleted."
}

@test "another method: 405, and which are allowed" {
    for method in POST PUT PATCH DELETE OPTIONS; do
        get "$selected" -X "$method" -d ""
        assert_error 405 "Method \"$method\" not allowed."
        assert_equal "$(header Allow)" "GET, HEAD"
    done
    get /api/projects/11/dimensions/ -X POST -d ""
    assert_error 405 'Method "POST" not allowed.'
    get /health -X POST -d ""
    assert_error 405 'Method "POST" not allowed.'
}

@test "no selection: 400" {
    get "$path"
    assert_error 400 "Validation error" '{"selection":["This field is required."]}'
}

@test "a selection that is no JSON: 400" {
    for value in '{"annotators":' 'yes' "{'annotators':{}}" '{"annotators":{"all":NaN}}' '{} {}'; do
        matrix 11 101 "$value"
        assert_error 400 "Validation error" '{"selection":["Value must be valid JSON."]}'
    done
}

@test "a selection whose parts have the wrong type: 400 that names the part" {
    matrix 11 101 '{"annotators":{"all":"maybe"}}'
    assert_error 400 "Validation error" '{"selection":{"annotators":{"all":["Must be a valid boolean."]}}}'
    matrix 11 101 '{"ground_truth":"maybe"}'
    assert_error 400 "Validation error" '{"selection":{"ground_truth":["Must be a valid boolean."]}}'
    matrix 11 101 '{"annotators":{"ids":["21","x"]}}'
    assert_error 400 "Validation error" '{"selection":{"annotators":{"ids":{"1":["A valid integer is required."]}}}}'
    get "$path?selection[annotators][all]=maybe"
    assert_error 400 "Validation error" '{"selection":{"annotators":{"all":["Must be a valid boolean."]}}}'
    get "$path?selection[annotators][ids]=x"
    assert_error 400 "Validation error" '{"selection":{"annotators":{"ids":{"0":["A valid integer is required."]}}}}'
}

@test "a dimension that is no integer: 400" {
    get "$selected&dimension=first"
    assert_error 400 "Validation error" '{"dimension":["A valid integer is required."]}'
    get "$selected&dimension=1.5"
    assert_error 400 "Validation error" '{"dimension":["A valid integer is required."]}'
}

@test "is_active that is no boolean: 400" {
    get "/api/projects/11/dimensions/?is_active=perhaps"
    assert_error 400 "Validation error" '{"is_active":["Must be a valid boolean."]}'
}

@test "everything that is wrong is told at once" {
    get "$path?dimension=x"
    assert_status 400
    assert_equal "$(jq -Sc .validation_errors "$body")" \
        '{"dimension":["A valid integer is required."],"selection":["This field is required."]}'
}

@test "a project that is not there, deleted, or of another organization: 404" {
    for project in 999 12 13 0 2147483648 99999999999999999999; do
        matrix "$project" 101 '{}'
        assert_error 404 "No Project matches the given query."
    done
    get "/api/projects/13/dimensions/"
    assert_error 404 "No Project matches the given query."
}

@test "a project of their organization to whom is of another, or was removed: 404" {
    request "$selected" -H "Authorization: Token $(repeat f6 20)"
    assert_error 404 "No Project matches the given query."
    request "$selected" -H "Authorization: Token $(repeat d4 20)"
    assert_error 404 "No Project matches the given query."
}

@test "who was removed and came back may read" {
    request "$selected" -H "Authorization: Token $(repeat 0e 20)"
    assert_status 200
}

@test "a task that is not in that project: 404" {
    for task in 999 141 0 99999999999999999999; do
        matrix 11 "$task" '{}'
        assert_error 404 "No Task matches the given query."
    done
}

@test "a dimension that is not of that project: 404" {
    get /api/projects/14/dimensions/
    other=$(jq '.[0].id' "$body")
    for dimension in 999 "$other" 0 -1 99999999999999999999; do
        get "$selected&dimension=$dimension"
        assert_error 404 "No Dimension matches the given query."
    done
    get "/api/projects/11/dimensions/$other/"
    assert_error 404 "No Dimension matches the given query."
}

@test "no such path: 404" {
    for target in /api/projects/eleven/tasks/101/agreement-matrix /api/projects/11/tasks/101x/agreement-matrix \
        /api/projects/-11/tasks/101/agreement-matrix /api/projects/11/dimensions/first/; do
        get "$target?selection={}"
        assert_error 404 "Not found."
    done
}

@test "order: credentials before method and parameters" {
    request "$path" -X POST -d ""
    assert_error 401 "$not_provided"
    request "$path" -X POST -d "" -H "Authorization: Token $(repeat 99 20)"
    assert_error 401 "Invalid token."
    request "$path" -H "Authorization: Token $(repeat 99 20)"
    assert_error 401 "Invalid token."
}

@test "order: method before parameters, parameters before the project" {
    get "$path" -X POST -d ""
    assert_error 405 'Method "POST" not allowed.'
    get "/api/projects/999/tasks/999/agreement-matrix"
    assert_error 400 "Validation error" '{"selection":["This field is required."]}'
}

@test "order: project before task, task before dimension" {
    matrix 999 999 '{}' --data-urlencode dimension=999
    assert_error 404 "No Project matches the given query."
    matrix 11 999 '{}' --data-urlencode dimension=999
    assert_error 404 "No Task matches the given query."
}
