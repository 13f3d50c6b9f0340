#!/usr/bin/env bats
# agreement-matrix: usage, init and token.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

# tables DATABASE [MORE]: the names of its tables, of which the name begins with MORE.
tables() {
    sql information_schema <<<"SELECT table_name FROM tables WHERE table_schema = '$1' AND table_name LIKE '${2-}%' ORDER BY table_name"
}

# schema DATABASE: every table as the server would make it again.
schema() {
    local table
    tables "$1" | while read -r table; do
        sql "$1" <<<"SHOW CREATE TABLE \`$table\`" | sed 's/ AUTO_INCREMENT=[0-9]*//'
    done
}

# columns DATABASE: each of our tables and its columns, but for the version and the guards, which init writes.
columns() {
    sql information_schema <<<"SELECT table_name, GROUP_CONCAT(CONCAT('\`', column_name, '\`') ORDER BY ordinal_position) FROM columns
        WHERE table_schema = '$1' AND table_name LIKE 'agreement_%' AND table_name NOT IN ('agreement_schema', 'agreement_guard')
        GROUP BY table_name ORDER BY table_name"
}

# rows DATABASE <COLUMNS: what is in those columns.
rows() {
    local table list
    while IFS=$'\t' read -r table list; do
        sql "$1" <<<"SELECT '$table', $list FROM \`$table\` ORDER BY 1, 2, 3" || return 1
    done
}

# version DATABASE: of its tables.
version() {
    sql "$1" <<<'SELECT version FROM agreement_schema'
}

steps=("$SOURCE_DIR"/sql/agreement/[0-9]*.sql)
newest=${#steps[@]}

# old DATABASE VERSION: a new database as that release left it; 0: an empty one.
old() {
    database_create "$1"
    if (($2 > 0)); then
        sql "$1" <"$SOURCE_DIR/sql/labelstudio.sql"
        sql "$1" <"$SOURCE_DIR/tests/data/schema/agreement-$2.sql"
    fi
}

# statements FILE N: its first N statements.
statements() {
    awk -v n="$2" 'n > 0 { print } /;$/ { n-- }' "$1"
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

@test "init makes the tables; again it changes nothing" {
    database_create fresh
    run tool_on fresh init
    assert_equal "$status" 0
    for step in "${steps[@]}"; do
        [[ $output = *"${step#"$SOURCE_DIR/"}: version "* ]] || fail "$output"
    done
    [[ $output = *"were created (version $newest)"* ]] || fail "$output"
    schema fresh >"$BATS_TEST_TMPDIR/once"
    grep -q '^task_completion' "$BATS_TEST_TMPDIR/once"
    grep -q '^agreement_dimension' "$BATS_TEST_TMPDIR/once"
    sql fresh <<<"INSERT INTO project (id, title) VALUES (7, 'stays')"
    run tool_on fresh init
    assert_equal "$output" "The tables are up to date (version $newest)."
    schema fresh >"$BATS_TEST_TMPDIR/twice"
    cmp "$BATS_TEST_TMPDIR/once" "$BATS_TEST_TMPDIR/twice"
    assert_equal "$(sql fresh <<<'SELECT title FROM project WHERE id = 7')" stays
    assert_equal "$(version fresh)" "$newest"
}

@test "init brings the tables of every release to those of a new database, and keeps the rows" {
    database_create made
    tool_on made init
    for ((from = 1; from < newest; from++)); do
        [[ -e $SOURCE_DIR/tests/data/schema/agreement-$from.sql ]] || fail "there are no tables of version $from"
    done
    for dump in "$SOURCE_DIR"/tests/data/schema/agreement-*.sql; do
        from=${dump##*-} from=${from%.sql}
        old "from$from" "$from"
        assert_equal "$(version "from$from")" "$from"
        columns "from$from" >"$BATS_TEST_TMPDIR/columns"
        rows "from$from" <"$BATS_TEST_TMPDIR/columns" >"$BATS_TEST_TMPDIR/before"
        assert_equal "$(cut -f 1 "$BATS_TEST_TMPDIR/before" | uniq)" "$(cut -f 1 "$BATS_TEST_TMPDIR/columns")"
        run tool_on "from$from" init
        assert_equal "$status" 0
        for ((i = 0; i < newest; i++)); do
            step=${steps[i]#"$SOURCE_DIR/"}
            if ((i < from)); then
                [[ $output != *"$step"* ]] || fail "$step, in version $from: $output"
            else
                [[ $output = *"$step: version $((i + 1))"* ]] || fail "no $step, in version $from: $output"
            fi
        done
        ((from == newest)) || [[ $output = *"from version $from to $newest"* ]] || fail "$output"
        diff <(schema "from$from") <(schema made)
        assert_equal "$(version "from$from")" "$newest"
        rows "from$from" <"$BATS_TEST_TMPDIR/columns" | diff "$BATS_TEST_TMPDIR/before" -
        assert_equal "$(sql "from$from" <<<'SELECT COUNT(*) FROM agreement_guard')" 4
    done
}

@test "init completes a step that ended after any of its statements" {
    database_create complete
    tool_on complete init
    for ((i = 0; i < newest; i++)); do
        n=$(grep -c ';$' "${steps[i]}")
        for ((k = 1; k <= n; k++)); do
            database=half${i}_$k
            old "$database" "$i"
            statements "${steps[i]}" "$k" | sql "$database"
            run tool_on "$database" init
            [[ $status = 0 && $output = *"${steps[i]#"$SOURCE_DIR/"}: version $((i + 1))"* ]] || fail "$k of ${steps[i]}: $output"
            diff <(schema "$database") <(schema complete)
            assert_equal "$(version "$database")" "$newest"
        done
    done
}

@test "a step that fails leaves the version before it, and init goes on from there" {
    old refused 1
    sql refused <<<"CREATE TABLE agreement_guard (other int)"
    run tool_on refused init
    assert_equal "$status" 1
    [[ $output = *"sql/agreement/002-guard.sql, line "* ]] || fail "$output"
    assert_equal "$(version refused)" 1
    sql refused <<<"DROP TABLE agreement_guard"
    run tool_on refused init
    assert_equal "$status" 0
    assert_equal "$(version refused)" "$newest"
}

@test "init beside Label Studio's own tables leaves them as they are" {
    database_create theirs
    sql theirs <<<"CREATE TABLE task (id int AUTO_INCREMENT PRIMARY KEY, data json NOT NULL, project_id int NULL, theirs int)"
    tool_on theirs init
    assert_equal "$(sql information_schema <<<"SELECT GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM columns
        WHERE table_schema = 'theirs' AND table_name = 'task'")" id,data,project_id,theirs
}

@test "init refuses a database of a newer program, by both versions, and touches nothing" {
    database_create newer
    tool_on newer init
    sql newer <<<"UPDATE agreement_schema SET version = 99; DROP TABLE agreement_person"
    run tool_on newer init
    assert_equal "$status" 1
    [[ $output = *"version 99"*"works with $newest"*newer* ]] || fail "$output"
    assert_equal "$(version newer)" 99
    [[ $(tables newer) != *agreement_person* ]]
}

@test "the service says which version it wants" {
    for version in 1 99; do
        sql labelstudio <<<"UPDATE agreement_schema SET version = $version"
        run env -i AGREEMENT_MYSQL_FILE="$SCRATCH/service.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api QUERY_STRING= PATH_INFO=/health "$FCGI"
        sql labelstudio <<<"UPDATE agreement_schema SET version = $newest"
        [[ $output = *"Status: 503"* && $output = *"have version $version, this program works with $newest"* ]] || fail "$output"
    done
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
