#!/usr/bin/env bats
# Whatever happens to the tables meanwhile, nobody sees more than before: the whole matrix of credentials x projects x
# tasks x dimensions x routes is asked again and again while each table and column is renamed, dropped, restored and
# added.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    server_up
    AM_TRAFFIC=$BATS_FILE_TMPDIR
    export AM_TRAFFIC
    write_questions
    # As it is when nothing happens: what is answered with 200 may be, everything else must never be.
    ask_all "$AM_TRAFFIC/before"
    grep '^200 ' "$AM_TRAFFIC/before" | sort >"$AM_TRAFFIC/allowed"
    [[ $(wc -l <"$AM_TRAFFIC/allowed") -ge 10 && $(grep -c '^40[14] ' "$AM_TRAFFIC/before") -ge 100 ]] ||
        fail "the questions have other answers than expected: $(cut -c1-3 "$AM_TRAFFIC/before" | sort | uniq -c)"
}

teardown_file() {
    touch "$BATS_FILE_TMPDIR/stop"
    server_down
}

# One configuration of curl for all questions; the name of each comes back with its status.
write_questions() {
    local user project target
    for user in a1 d4 e5 f6 0c 0d 0e 99; do
        for project in 11 12 13 14; do
            for target in dimensions/ dimensions/1/ "tasks/101/agreement-matrix?selection=%7B%22annotators%22:%7B%22all%22:true%7D%7D" \
                "tasks/120/agreement-matrix?selection=%7B%7D" "tasks/130/agreement-matrix?selection=%7B%7D" \
                "tasks/101/agreement-matrix?selection=%7B%7D&dimension=1"; do
                printf 'url = "%s/api/projects/%s/%s"\nheader = "Authorization: Token %s"\noutput = "/dev/null"\nwrite-out = "%%{http_code} %s %s %s\\n"\nmax-time = 30\nsilent\nnext\n' \
                    "$BASE" "$project" "$target" "$(repeat "$user" 20)" "$user" "$project" "${target//%/%%}"
            done
        done
    done | sed '$d' >"$AM_TRAFFIC/questions"
}

ask_all() {
    curl -K "$AM_TRAFFIC/questions" >"$1" 2>/dev/null || true
}

# Questions without a pause, until there is a file `stop`; all that was answered with 200 is kept.
traffic() {
    while [[ ! -e $AM_TRAFFIC/stop ]]; do
        ask_all "$AM_TRAFFIC/round.$1"
        grep '^200 ' "$AM_TRAFFIC/round.$1" >>"$AM_TRAFFIC/answered.$1" || true
        grep -c '' "$AM_TRAFFIC/round.$1" >>"$AM_TRAFFIC/rounds.$1"
    done
}

# under_traffic: runs the statements of standard input, one a line, each followed by a whole round of questions.
under_traffic() {
    local statement
    rm -f "$AM_TRAFFIC"/{stop,answered.*,rounds.*}
    touch "$AM_TRAFFIC"/answered.{1,2}
    traffic 1 3>&- &
    traffic 2 3>&- &
    while read -r statement; do
        [[ -n $statement ]] || continue
        sql <<<"$statement"
        ask_all "$AM_TRAFFIC/round.0"
        grep '^200 ' "$AM_TRAFFIC/round.0" >>"$AM_TRAFFIC/answered.0" || true
    done
    touch "$AM_TRAFFIC/stop"
    wait
    sort -u "$AM_TRAFFIC"/answered.* | comm -13 "$AM_TRAFFIC/allowed" - >"$AM_TRAFFIC/more"
    [[ ! -s $AM_TRAFFIC/more ]] || fail "answered, and were not before: $(cat "$AM_TRAFFIC/more")"
    # When all is as it was, so are the answers.
    ask_all "$AM_TRAFFIC/after"
    diff "$AM_TRAFFIC/before" "$AM_TRAFFIC/after" || fail "other answers than before"
}

@test "each table is renamed for a moment" {
    local table
    for table in jwt_auth_jwtsettings project organizations_organizationmember htx_user authtoken_token organization task \
        task_completion prediction agreement_schema agreement_guard agreement_project agreement_dimension; do
        echo "RENAME TABLE \`$table\` TO \`away\`"
        echo "RENAME TABLE \`away\` TO \`$table\`"
    done | under_traffic
}

@test "each column that guards is dropped, and comes back" {
    under_traffic <<'END'
CREATE TABLE `kept_project` AS SELECT `id`, `deleted_at` FROM `project`
ALTER TABLE `project` DROP COLUMN `deleted_at`
ALTER TABLE `project` ADD COLUMN `deleted_at` datetime(6) NULL DEFAULT '2024-01-01'
UPDATE `project` p JOIN `kept_project` k ON k.`id` = p.`id` SET p.`deleted_at` = k.`deleted_at`
DROP TABLE `kept_project`
CREATE TABLE `kept_member` AS SELECT `id`, `deleted_at` FROM `organizations_organizationmember`
ALTER TABLE `organizations_organizationmember` DROP COLUMN `deleted_at`
ALTER TABLE `organizations_organizationmember` ADD COLUMN `deleted_at` datetime(6) NULL DEFAULT '2024-01-01'
UPDATE `organizations_organizationmember` m JOIN `kept_member` k ON k.`id` = m.`id` SET m.`deleted_at` = k.`deleted_at`
DROP TABLE `kept_member`
ALTER TABLE `project` ALTER COLUMN `deleted_at` SET DEFAULT NULL
ALTER TABLE `organizations_organizationmember` ALTER COLUMN `deleted_at` SET DEFAULT NULL
ALTER TABLE `jwt_auth_jwtsettings` RENAME COLUMN `legacy_api_tokens_enabled` TO `away`
ALTER TABLE `jwt_auth_jwtsettings` RENAME COLUMN `away` TO `legacy_api_tokens_enabled`
END
}

@test "each table is dropped, and comes back from a dump" {
    local dump=$BATS_TEST_TMPDIR/dump
    dbms_dump "$SCRATCH/db" labelstudio >"$dump"
    rm -f "$AM_TRAFFIC"/{stop,answered.*}
    touch "$AM_TRAFFIC"/answered.{1,2}
    traffic 1 3>&- &
    traffic 2 3>&- &
    for _ in 1 2 3; do
        sql <"$dump"
    done
    touch "$AM_TRAFFIC/stop"
    wait
    sort -u "$AM_TRAFFIC"/answered.* | comm -13 "$AM_TRAFFIC/allowed" - >"$AM_TRAFFIC/more"
    [[ ! -s $AM_TRAFFIC/more ]] || fail "answered, and were not before: $(cat "$AM_TRAFFIC/more")"
    ask_all "$AM_TRAFFIC/after"
    diff "$AM_TRAFFIC/before" "$AM_TRAFFIC/after" || fail "other answers than before"
}

@test "a worker that starts while a guard is away does not do without it" {
    sql <<<'RENAME TABLE jwt_auth_jwtsettings TO away'
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/service.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api QUERY_STRING= \
        PATH_INFO=/projects/11/dimensions/ HTTP_X_API_KEY="$(repeat 0d 20)" "$FCGI" </dev/null >"$BATS_TEST_TMPDIR/out" 2>&1
    sql <<<'RENAME TABLE away TO jwt_auth_jwtsettings'
    grep -q '^Status: 503' "$BATS_TEST_TMPDIR/out" || fail "$(<"$BATS_TEST_TMPDIR/out")"
}

@test "a missing right to a guard is refused and logged, not read as its absence" {
    local without
    for without in "REVOKE SELECT ON jwt_auth_jwtsettings FROM 'agreement_service'@'localhost'" \
        "REVOKE SELECT ON project FROM 'agreement_service'@'localhost'" \
        "REVOKE SELECT ON project FROM 'agreement_service'@'localhost';
            GRANT SELECT (id, organization_id, title, label_config, control_weights) ON project TO 'agreement_service'@'localhost'" \
        "REVOKE SELECT ON organizations_organizationmember FROM 'agreement_service'@'localhost'" \
        "REVOKE SELECT ON authtoken_token FROM 'agreement_service'@'localhost'"; do
        sql <<<"$without; DELETE FROM agreement_guard"
        env -i AGREEMENT_MYSQL_FILE="$SCRATCH/service.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api QUERY_STRING= \
            PATH_INFO=/projects/11/dimensions/ HTTP_X_API_KEY="$ann" "$FCGI" </dev/null >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/log"
        sql <<<"REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'agreement_service'@'localhost'"
        sql <"$SOURCE_DIR/sql/grants.sql"
        tool_on labelstudio init
        grep -q '^Status: 503' "$BATS_TEST_TMPDIR/out" || fail "$without: $(<"$BATS_TEST_TMPDIR/out")"
        grep -q 'may not' "$BATS_TEST_TMPDIR/log" || fail "$without: $(<"$BATS_TEST_TMPDIR/log")"
    done
}

@test "a database of another version of our tables: 503 on every route" {
    local version route ours
    ours=$(sql <<<'SELECT version FROM agreement_schema')
    for version in 0 1 $((ours - 1)) $((ours + 1)) 99; do
        sql <<<"UPDATE agreement_schema SET version = $version"
        for route in /api/projects/11/dimensions/ /api/projects/11/dimensions/1 \
            '/api/projects/11/tasks/101/agreement-matrix?selection={}' /health; do
            get "$route"
            [[ $status = 503 ]] || break 2
        done
    done
    sql <<<"UPDATE agreement_schema SET version = $ours"
    assert_status 503
    get /api/projects/11/dimensions/
    assert_status 200
}
