#!/usr/bin/env bats
# agreement-matrix projects: what there is, and taking away a sample so that one's own data can come.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup() {
    DATABASE=projects_$BATS_TEST_NUMBER
    database_create "$DATABASE"
    tool_on "$DATABASE" init
    tool_on "$DATABASE" import "$SOURCE_DIR/examples/export.json" --project 1 \
        --label-config "$SOURCE_DIR/examples/label-config.xml" --title Stalls
}

teardown() {
    sql mysql <<<"DROP DATABASE \`$DATABASE\`"
}

# rows TABLE: how many there are.
rows() {
    sql "$DATABASE" <<<"SELECT COUNT(*) FROM \`$1\`"
}

@test "list: each project with what it has" {
    run tool_on "$DATABASE" projects list
    assert_equal "$status" 0
    [[ ${lines[0]} = id*title*organization*tasks*annotations*predictions* ]]
    [[ ${lines[1]} =~ ^1\ +Stalls\ +1\ .*\ 8\ +$(rows task_completion)\ +16$ ]] || fail "${lines[1]}"
    assert_equal "${#lines[@]}" 2
}

@test "delete: the project and all that is its, and nothing else" {
    tool_on "$DATABASE" import "$SOURCE_DIR/tests/data/labelstudio/easy.json" --project 2 --title Other
    local tasks annotations users
    tasks=$(sql "$DATABASE" <<<'SELECT COUNT(*) FROM task WHERE project_id = 2')
    annotations=$(sql "$DATABASE" <<<'SELECT COUNT(*) FROM task_completion WHERE project_id = 2')
    users=$(rows htx_user)
    run tool_on "$DATABASE" projects delete --project 1
    assert_equal "$status" 0
    [[ $output = "project 1: deleted, with 8 tasks, "*" annotations and 16 predictions" ]] || fail "$output"
    assert_equal "$(rows task)" "$tasks"
    assert_equal "$(rows task_completion)" "$annotations"
    assert_equal "$(rows prediction)" "$(sql "$DATABASE" <<<'SELECT COUNT(*) FROM prediction WHERE project_id = 2')"
    assert_equal "$(sql "$DATABASE" <<<'SELECT COUNT(*) FROM agreement_dimension WHERE project_id = 1')" 0
    assert_equal "$(sql "$DATABASE" <<<'SELECT GROUP_CONCAT(id) FROM project')" 2
    assert_equal "$(sql "$DATABASE" <<<'SELECT GROUP_CONCAT(project_id) FROM agreement_project')" 2
    assert_equal "$(rows htx_user)" "$users"
}

@test "ids that clash: both projects are named, and what to do; after that the data comes" {
    run tool_on "$DATABASE" import "$SOURCE_DIR/examples/export.json" --project 5 --title Mine
    assert_equal "$status" 1
    [[ $output = *"the task 1 belongs to another project, 1, not to 5"*"agreement-matrix projects"* ]] || fail "$output"
    tool_on "$DATABASE" projects delete --project 1
    tool_on "$DATABASE" import "$SOURCE_DIR/examples/export.json" --project 5 --title Mine
    assert_equal "$(sql "$DATABASE" <<<'SELECT COUNT(*) FROM task WHERE project_id = 5')" 8
}

@test "delete again: the same as if it had been interrupted, then there is nothing" {
    sql "$DATABASE" <<<'DELETE FROM task WHERE id < 5; DELETE FROM agreement_dimension'
    tool_on "$DATABASE" projects delete --project 1
    assert_equal "$(rows task_completion)" 0
    run tool_on "$DATABASE" projects delete --project 1
    assert_equal "$status" 1
    [[ $output = *"there is no project 1"* ]]
}

@test "wrong usage: 2" {
    local arguments
    for arguments in "projects" "projects drop" "projects delete" "projects delete --project x" "projects delete --project 0" \
        "projects list --project 1"; do
        # shellcheck disable=SC2086
        run tool_on "$DATABASE" $arguments
        assert_equal "$status" 2
    done
}

@test "the loader's account can do it" {
    sql "$DATABASE" <"$SOURCE_DIR/sql/grants.sql"
    sed "s/^database=.*/database=$DATABASE/" "$SCRATCH/loader.cnf" >"$SCRATCH/$DATABASE.loader.cnf"
    chmod 600 "$SCRATCH/$DATABASE.loader.cnf"
    AGREEMENT_MYSQL_FILE=$SCRATCH/$DATABASE.loader.cnf "$TOOL" projects delete --project 1
    assert_equal "$(rows project)" 0
}
