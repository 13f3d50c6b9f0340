#!/usr/bin/env bats
# agreement-matrix: usage, init and token.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

# schema DATABASE: every column and index of its tables, as text.
schema() {
    sql information_schema <<<"SELECT table_name, column_name, column_type, is_nullable, column_default FROM columns
            WHERE table_schema = '$1' ORDER BY table_name, ordinal_position;
        SELECT table_name, index_name, seq_in_index, column_name FROM statistics
            WHERE table_schema = '$1' ORDER BY table_name, index_name, seq_in_index"
}

@test "no subcommand, an unknown one, an unknown option: usage, 2" {
    run "$TOOL"
    assert_equal "$status" 2
    run "$TOOL" frobnicate
    assert_equal "$status" 2
    for subcommand in init import compute score 'token create' 'token list' 'token revoke' 'dimensions list' 'dimensions set'; do
        # shellcheck disable=SC2086
        run "$TOOL" $subcommand --frobnicate </dev/null
        assert_equal "$subcommand $status" "$subcommand 2"
    done
}

@test "what is missing on the command line: usage, 2" {
    for arguments in token 'token frobnicate' 'token create' 'token revoke' import compute dimensions 'dimensions frobnicate' \
        'dimensions list' 'dimensions set --project 11' 'dimensions list --project eleven'; do
        # shellcheck disable=SC2086
        AGREEMENT_MYSQL_FILE=$SCRATCH/labelstudio.cnf run "$TOOL" $arguments </dev/null
        assert_equal "$arguments: $status" "$arguments: 2"
    done
}

@test "every subcommand has --help, which names its options" {
    run "$TOOL" --help
    assert_equal "$status" 0
    for subcommand in init token import dimensions compute score; do
        [[ $output = *$subcommand* ]] || fail "--help does not name $subcommand"
    done
    for subcommand in init token import dimensions compute score; do
        run "$TOOL" "$subcommand" --help
        assert_equal "$subcommand $status" "$subcommand 0"
        [[ $output = *"$subcommand"* ]] || fail "$subcommand: $output"
    done
    run "$TOOL" import --help
    for option in project label-config title prune keep-going; do
        [[ $output = *--$option* ]] || fail "import --help does not name --$option"
    done
}

@test "--version" {
    run "$TOOL" --version
    assert_equal "$status" 0
    [[ $output =~ [0-9]+\.[0-9]+ ]]
}

@test "init makes the tables; again it changes nothing" {
    database_create fresh
    tool_on fresh init
    schema fresh >"$BATS_TEST_TMPDIR/once"
    grep -q '^task_completion' "$BATS_TEST_TMPDIR/once"
    grep -q '^agreement_dimension' "$BATS_TEST_TMPDIR/once"
    sql fresh <<<"INSERT INTO project (id, title) VALUES (7, 'stays')"
    tool_on fresh init
    schema fresh >"$BATS_TEST_TMPDIR/twice"
    cmp "$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/twice"
    assert_equal "$(sql fresh <<<'SELECT title FROM project WHERE id = 7')" stays
    assert_equal "$(sql fresh <<<'SELECT COUNT(*), MAX(version) FROM agreement_schema')" $'1\t3'
}

@test "init brings the tables of older versions up to those that a new database has" {
    database_create second
    tool_on second init
    for version in 1 2; do
        database_create "first$version"
        sql "first$version" <"$SOURCE_DIR/sql/labelstudio.sql"
        sql "first$version" <"$SOURCE_DIR/tests/data/schema/agreement-$version.sql"
        sql "first$version" <<<"INSERT INTO agreement_dimension (project_id, name, control_tag, metric_type, user_set)
            VALUES (7, 'a', 'a', 'exact_match', 4)"
        run tool_on "first$version" init
        [[ $output = *"from version $version to 3"* ]] || fail "$output"
        diff <(schema "first$version") <(schema second)
        assert_equal "$(sql "first$version" <<<'SELECT COUNT(*) FROM agreement_guard')" 4
        assert_equal "$(sql "first$version" <<<'SELECT COUNT(*), MAX(user_set) FROM agreement_dimension')" $'1\t4'
    done
}

@test "init beside Label Studio's own tables leaves them as they are" {
    database_create theirs
    sql theirs <<<"CREATE TABLE task (id int AUTO_INCREMENT PRIMARY KEY, data json NOT NULL, project_id int NULL, theirs int)"
    tool_on theirs init
    assert_equal "$(sql information_schema <<<"SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM columns
        WHERE table_schema = 'theirs' AND table_name = 'task'")" id,data,project_id,theirs
}

@test "init refuses a database of a newer program" {
    database_create newer
    tool_on newer init
    sql newer <<<"UPDATE agreement_schema SET version = 99"
    run tool_on newer init
    assert_equal "$status" 1
    [[ $output = *99* ]]
    assert_equal "$(sql newer <<<'SELECT version FROM agreement_schema')" 99
}

@test "no database there: 1, with a reason" {
    dbms_option_file "$SCRATCH/nowhere" "$SCRATCH/nowhere.cnf" root '' nothing
    run tool_on nowhere init
    assert_equal "$status" 1
    [[ -n $output ]]
    dbms_option_file "$SCRATCH/db" "$SCRATCH/unmade.cnf" root '' unmade
    run tool_on unmade init
    assert_equal "$status" 1
    [[ -n $output ]]
}

@test "a token is 40 hexadecimal digits, one for each user, and opens the door" {
    key=$(tool_on labelstudio token create --user moe@example.com)
    [[ $key =~ ^[0-9a-f]{40}$ ]] || fail "$key"
    assert_equal "$(tool_on labelstudio token create --user moe@example.com)" "$key"
    # shellcheck disable=SC2016
    assert_equal "$(sql <<<'SELECT `key` FROM authtoken_token WHERE user_id = 33')" "$key"
    answer=$(env -i AGREEMENT_MYSQL_FILE="$SCRATCH/service.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api QUERY_STRING= \
        PATH_INFO=/projects/11/dimensions/ HTTP_X_API_KEY="$key" "$FCGI" </dev/null)
    [[ $answer = "Status: 200"* ]]
}

@test "token list names the users, and tells no whole token" {
    key=$(tool_on labelstudio token create --user moe@example.com)
    run tool_on labelstudio token list
    [[ $output = *moe@example.com* && $output = *ann@example.com* ]]
    [[ $output != *$key* && $output != *$ann* ]]
    run tool_on labelstudio token list --user moe@example.com
    assert_equal "$status" 0
    [[ $output = *moe@example.com* && $output != *ann@example.com* ]]
}

@test "token revoke takes it away" {
    tool_on labelstudio token create --user moe@example.com
    tool_on labelstudio token revoke --user moe@example.com
    assert_equal "$(sql <<<'SELECT COUNT(*) FROM authtoken_token WHERE user_id = 33')" 0
    run tool_on labelstudio token revoke --user moe@example.com
    assert_equal "$status" 1
}

@test "token: an unknown user is 1 and named" {
    run tool_on labelstudio token create --user nobody@example.com
    assert_equal "$status" 1
    [[ $output = *nobody@example.com* ]]
}

@test "the loader's account can do all of it" {
    export AGREEMENT_MYSQL_FILE=$SCRATCH/loader.cnf
    "$TOOL" init
    key=$("$TOOL" token create --user moe@example.com)
    [[ ${#key} = 40 ]]
    "$TOOL" token revoke --user moe@example.com
}
