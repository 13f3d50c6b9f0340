#!/usr/bin/env bats
# The program as plain CGI, by its environment alone: paths as servers cut them, settings, limits, old databases.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

both='selection={"annotators":{"ids":[21,22]}}'
path=/api/projects/11/tasks/101/agreement-matrix
answer='[[1.0,0.0],[0.0,1.0]]'

# cgi [-u VARIABLE] [VARIABLE=VALUE..]: one request as Ann; sets $status, $headers, $body and the file $log.
cgi() {
    local code=0 unset=()
    if [[ $1 = -u ]]; then
        unset=(env -u "$2")
        shift 2
    fi
    headers=$BATS_TEST_TMPDIR/headers
    body=$BATS_TEST_TMPDIR/body
    log=$BATS_TEST_TMPDIR/log
    env -i PATH="$PATH" AGREEMENT_MYSQL_FILE="$SCRATCH/service.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        PATH_INFO=/projects/11/tasks/101/agreement-matrix QUERY_STRING="$both" \
        HTTP_AUTHORIZATION="Token $ann" GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 "$@" "${unset[@]}" "$FCGI" \
        </dev/null >"$BATS_TEST_TMPDIR/answer" 2>"$log" || code=$?
    cat "$log"
    head -c 2000 "$BATS_TEST_TMPDIR/answer"
    sed -n '1,/^\r$/s/\r$//p' "$BATS_TEST_TMPDIR/answer" >"$headers.text"
    sed '1,/^\r$/d' "$BATS_TEST_TMPDIR/answer" >"$body"
    status=$(header Status)
    status=${status%% *}
    return "$code"
}

@test "the answer is CGI: Status, headers, an empty line, the body" {
    cgi
    assert_matrix "$answer" 21 22
    assert_equal "$(header Status)" "200 OK"
    assert_equal "$(header Content-Type)" "application/json"
    assert_equal "$(header Content-Length)" "$(wc -c <"$body")"
}

@test "the path may be cut anywhere" {
    cgi SCRIPT_NAME=/api PATH_INFO=${path#/api}
    assert_matrix "$answer" 21 22
    cgi SCRIPT_NAME= PATH_INFO=$path
    assert_matrix "$answer" 21 22
    cgi SCRIPT_NAME= PATH_INFO=${path#/api}
    assert_matrix "$answer" 21 22
    cgi SCRIPT_NAME=$path PATH_INFO=
    assert_matrix "$answer" 21 22
    cgi SCRIPT_NAME=/cgi-bin/agreement-matrix.fcgi PATH_INFO=$path
    assert_matrix "$answer" 21 22
}

@test "without PATH_INFO the address counts" {
    cgi -u PATH_INFO SCRIPT_NAME="$path" REQUEST_URI="$path?$both"
    assert_matrix "$answer" 21 22
}

@test "no query string at all: the web server lost it" {
    cgi -u QUERY_STRING
    assert_status 500
}

@test "HEAD: no body" {
    cgi REQUEST_METHOD=HEAD
    assert_status 200
    assert_equal "$(wc -c <"$body")" 0
}

@test "paths that are not ours" {
    for other in / /api "$path/more" /api/projects/11/tasks/101/agreement-matrixx /api/projects//tasks/101/agreement-matrix \
        /api/projects/11%2Ftasks/101/agreement-matrix $'/api/\xff' "/api/projects/$(repeat 9 5000)"; do
        cgi SCRIPT_NAME= PATH_INFO="$other"
        assert_error 404 "Not found."
    done
}

@test "hostile queries: an answer, never a crash" {
    for query in "$(repeat '%' 3000)" "$(repeat 'selection[annotators][ids]=1&' 3000)" 'selection=%00' 'selection=%ff' \
        "selection=$(repeat '[' 20000)" "selection={\"annotators\":$(repeat '{"a":' 5000)1$(repeat '}' 5000)}" \
        'selection={"annotators":{"ids":[1e400]}}' 'selection={"annotators":{"ids":[21.5]}}' 'selection={"annotators":[]}' \
        'selection=[]' 'selection=null' 'selection=1' 'selection=""' 'selection[annotators]=1' 'selection[]=1' \
        'selection={"models":{"ids":[null,{},[],true]}}' '&&&===&selection' '=' 'dimension=' 'selection={}&dimension=1e99'; do
        cgi QUERY_STRING="$query"
        [[ $status = 200 || $status = 400 || $status = 404 ]] || fail "status $status: ${query:0:60}"
        jq -e 'type == "object"' "$body"
    done
}

@test "setting hostname: it stands before avatars" {
    cgi AGREEMENT_HOSTNAME=https://label.example.com
    assert_equal "$(jq -c '[.users[].avatar]' "$body")" '[null,"https://label.example.com/data/avatars/bob.png"]'
}

@test "setting max_participants: over it a 503 that says so" {
    cgi AGREEMENT_MAX_PARTICIPANTS=2
    assert_status 200
    cgi AGREEMENT_MAX_PARTICIPANTS=2 QUERY_STRING="selection=$everyone"
    assert_status 503
    [[ $(header Retry-After) =~ ^[0-9]+$ ]]
    jq -r .detail "$body" | grep -q max_participants
}

@test "setting max_bytes: over it a 503 that says so" {
    sql <<<"INSERT INTO task_completion (id, project_id, task_id, completed_by_id, result)
        VALUES (1081, 11, 108, 21, CONCAT('[{\"id\":\"', REPEAT('x', 5000), '\"}]')), (1082, 11, 108, 22, '[]')"
    cgi PATH_INFO=/projects/11/tasks/108/agreement-matrix AGREEMENT_MAX_BYTES=4096
    local limited=$status detail retry
    detail=$(jq -r .detail "$body")
    retry=$(header Retry-After)
    cgi PATH_INFO=/projects/11/tasks/108/agreement-matrix
    sql <<<"DELETE FROM task_completion WHERE id IN (1081, 1082)"
    assert_equal "$limited $status" "503 200"
    [[ $retry =~ ^[0-9]+$ && $detail = *max_bytes* ]]
}

@test "setting query_timeout: a database that is too slow is a 503" {
    lock_completions 4
    SECONDS=0
    cgi AGREEMENT_QUERY_TIMEOUT=1
    ((SECONDS < 4)) || fail "waited $SECONDS s"
    wait
    assert_status 503
    [[ $(header Retry-After) =~ ^[0-9]+$ ]]
    refute grep -Eiq 'select|sock|localhost' "$body"
}

@test "settings from a file, and from the environment, which wins" {
    printf '# ours\nhostname = https://file.example.com\n' >"$BATS_TEST_TMPDIR/settings"
    cgi AGREEMENT_CONFIG="$BATS_TEST_TMPDIR/settings"
    assert_equal "$(jq -r '.users[1].avatar' "$body")" https://file.example.com/data/avatars/bob.png
    cgi AGREEMENT_CONFIG="$BATS_TEST_TMPDIR/settings" AGREEMENT_HOSTNAME=https://env.example.com
    assert_equal "$(jq -r '.users[1].avatar' "$body")" https://env.example.com/data/avatars/bob.png
}

@test "a wrong setting is named on standard error, and not in an answer" {
    cgi AGREEMENT_MAX_BYTES=many || true
    refute grep -q '^Status: 200' "$BATS_TEST_TMPDIR/answer"
    grep -q max_bytes "$log"
    cgi AGREEMENT_COLOUR=red || true
    refute grep -q '^Status: 200' "$BATS_TEST_TMPDIR/answer"
    grep -q AGREEMENT_COLOUR "$log"
    cgi AGREEMENT_MYSQL_FILE="$BATS_TEST_TMPDIR/none.cnf" || true
    refute grep -q '^Status: 200' "$BATS_TEST_TMPDIR/answer"
    grep -q none.cnf "$log"
}

@test "a database without our tables: 503, and standard error says what to do" {
    database_create bare
    cgi AGREEMENT_MYSQL_FILE="$SCRATCH/bare.cnf"
    assert_status 503
    cgi AGREEMENT_MYSQL_FILE="$SCRATCH/bare.cnf" PATH_INFO=/health SCRIPT_NAME=
    assert_status 503
}

@test "an old database, without the newer columns and tables" {
    database_create old
    tool_on old init
    sql old <"$SOURCE_DIR/tests/data/http/fixture.sql"
    sql old <<<"ALTER TABLE project DROP COLUMN deleted_at; DROP TABLE jwt_auth_jwtsettings;
        ALTER TABLE organizations_organizationmember DROP COLUMN deleted_at;
        DELETE FROM agreement_guard"
    cgi AGREEMENT_MYSQL_FILE="$SCRATCH/old.cnf"
    assert_matrix "$answer" 21 22
    cgi AGREEMENT_MYSQL_FILE="$SCRATCH/old.cnf" PATH_INFO=/projects/11/tasks/113/agreement-matrix \
        QUERY_STRING='selection={"annotators":{"ids":[24]}}'
    assert_equal "$(jq -r '.users[0].username' "$body")" dan
    cgi AGREEMENT_MYSQL_FILE="$SCRATCH/old.cnf" SCRIPT_NAME= PATH_INFO=/health
    assert_status 200
}

@test "an account that may not write: dimensions in memory, and a warning" {
    sql mysql <<<"CREATE USER reader@localhost IDENTIFIED BY 'reader'; GRANT SELECT ON labelstudio.* TO reader@localhost"
    dbms_option_file "$SCRATCH/db" "$SCRATCH/reader.cnf" reader reader labelstudio
    sql <<<"INSERT INTO project (id, title, label_config, organization_id)
            SELECT 19, 'Read only', label_config, 1 FROM project WHERE id = 11;
        INSERT INTO task (id, project_id, data) VALUES (191, 19, '{}');
        INSERT INTO task_completion (project_id, task_id, completed_by_id, result)
            SELECT 19, 191, completed_by_id, result FROM task_completion WHERE id IN (1002, 1003)"
    cgi AGREEMENT_MYSQL_FILE="$SCRATCH/reader.cnf" PATH_INFO=/projects/19/tasks/191/agreement-matrix
    assert_matrix "$answer" 21 22
    [[ -s $log ]] || fail "no warning"
    assert_equal "$(sql <<<'SELECT COUNT(*) FROM agreement_dimension WHERE project_id = 19')" 0
    cgi PATH_INFO=/projects/19/tasks/191/agreement-matrix
    assert_matrix "$answer" 21 22
    assert_equal "$(sql <<<'SELECT COUNT(*) FROM agreement_dimension WHERE project_id = 19')" 1
    assert_equal "$(<"$log")" ""
}

@test "not even at the level debug is a token told" {
    cgi AGREEMENT_LOG_LEVEL=debug
    assert_status 200
    refute grep -q "$ann" "$log"
    cgi AGREEMENT_LOG_LEVEL=debug HTTP_AUTHORIZATION="Token $(repeat 99 20)"
    assert_status 401
    refute grep -q "$(repeat 99 20)" "$log"
}

@test "both programs, errors and NEWS.md name the version that configure.ac names" {
    local version
    version=$(sed -n 's/^AC_INIT(\[agreement-matrix\], \[\(.*\)\])$/\1/p' "$SOURCE_DIR/configure.ac")
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "configure.ac: \"$version\""
    assert_equal "$("$TOOL" --version)" "agreement-matrix $version"
    # Where a web server runs it, the same word is a query.
    assert_equal "$(env -u REQUEST_METHOD "$FCGI" --version | head -n 1 | cut -d: -f1)" "agreement-matrix.fcgi $version"
    cgi PATH_INFO=/nothing
    assert_equal "$(jq -r .version "$body")" "$version"
    assert_equal "$(sed -n 's/^## //p' "$SOURCE_DIR/NEWS.md" | head -n 1)" "$version"
}
