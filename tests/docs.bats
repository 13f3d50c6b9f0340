#!/usr/bin/env bats
# The documentation does what it shows: commands run, answers are those shown, tables are those of the program.
# The tests are in the order of the README and build on each other, as its reader does.
# shellcheck source-path=SCRIPTDIR source=lib/docs.bash
. "$BATS_TEST_DIRNAME/lib/docs.bash"

setup_file() {
    local page
    for page in "${PAGES[@]}"; do
        blocks "$page" >>"$BATS_FILE_TMPDIR/complaints"
    done
    host_up
    # As on a host where nobody has used it.
    sql mysql <<<'DROP DATABASE labelstudio; DROP USER agreement_service@localhost, agreement_loader@localhost'
}

teardown_file() {
    local pid
    # spawn-fcgi ends its file without an end of line.
    for pid in $(cat "$HOST/pids" 2>/dev/null) $(cat "$HOST/run/agreement-matrix/pid" 2>/dev/null); do
        stop_pid "$pid" 2
    done
}

setup() {
    [[ ! -e $HOST/base ]] || BASE=$(<"$HOST/base")
}

# A demo that a failed test has left.
teardown() {
    if [[ -e $HOST/demo.pid ]]; then
        kill -TERM -- "-$(<"$HOST/demo.pid")" || true
        wait_until 30 process_is_gone "$(<"$HOST/demo.pid")" || true
        rm "$HOST/demo.pid"
    fi
}

# What a matrix is, whoever says it.
computed() {
    "$TOOL" compute "$SOURCE_DIR/examples/export.json" --label-config "$SOURCE_DIR/examples/label-config.xml" "$@"
}

@test "every command and every answer has a test" {
    cat "$BATS_FILE_TMPDIR/complaints"
    [[ ! -s $BATS_FILE_TMPDIR/complaints ]]
    local page name
    for page in "${PAGES[@]}"; do
        [[ -e $BATS_FILE_TMPDIR/$page/tests ]] || continue
        while read -r name; do
            grep -Eq "^ *(run_block|run_cases|applies) $page $name\$|/$page/$name\.(sh|py)\"" "$BATS_TEST_FILENAME" ||
                fail "$page: $name is run by no test"
        done <"$BATS_FILE_TMPDIR/$page/tests"
        for name in "$BATS_FILE_TMPDIR/$page"/*.output; do
            [[ ! -e $name ]] || grep -Eq "^ *(shown|picture) $page $(basename "$name" .output)\$" "$BATS_TEST_FILENAME" ||
                fail "$name is compared by no test"
        done
    done
}

@test "links lead somewhere" {
    local page target
    for page in "${PAGES[@]}"; do
        while read -r target; do
            [[ $target = http* || -e $(dirname "$SOURCE_DIR/$page")/${target%%#*} ]] || fail "$page: $target is not there"
        done < <(grep -o '](\([^)]*\))' "$SOURCE_DIR/$page" | sed 's/^](\(.*\))$/\1/')
    done
}

@test "the picture shows what is computed" {
    selection='{"annotators":{"ids":[1,5]},"ground_truth":true}'
    grep -qF "selection=$selection" "$SOURCE_DIR/README.md"
    # Every row of the picture ends with three cells.
    picture README.md picture
}

# picture PAGE NAME
picture() {
    computed --task 7 --format table --selection "$selection" | grep -oE ' [01]\.[0-9]{3}' | tr -d ' ' >"$BATS_TEST_TMPDIR/is"
    grep -oE '\b[01]\.[0-9]{3}' "$BATS_FILE_TMPDIR/$1/$2.output" | diff - "$BATS_TEST_TMPDIR/is"
}

# A copy of what the two commands need, over a build that takes the programs of this one.
two_commands() {
    local dir=$HOST/checkout
    [[ ! -d $dir ]] || return 0
    mkdir "$dir"
    cp -R "$SOURCE_DIR"/{tools,examples,sql,apache-conf,lighttpd-conf,nginx-conf} "$dir/"
    touch "$dir/configure.ac"
    cat >"$dir/configure" <<EOF
#!/bin/sh
mkdir -p bin cgi-bin
cat >Makefile <<'MAKE'
all everything:
	test -z "\$\$WARNS" || test "\$(origin WARN_CFLAGS)" != undefined || { echo 'error: cheese' && exit 1; }
	cp $TOOL bin/
	cp $FCGI cgi-bin/
check-all:
	mkdir -p tests/house
	printf '1..2\\nok 1 - one\\nok 2 - two\\n' >one.log
	echo ':test-result: PASS' >one.trs
	echo 'clang-format 19 is not here' >tests/house/format.log
	echo ':test-result: SKIP' >tests/house/format.trs
MAKE
touch config.status
EOF
    chmod 755 "$dir/configure"
    mv "$HOST/src" "$HOST/src.kept"
    ln -s checkout "$HOST/src"
}

two_commands_end() {
    rm "$HOST/src"
    mv "$HOST/src.kept" "$HOST/src"
    rm -rf "$HOST/checkout"
}

@test "tools/demo: an answer that its curl command gives, and nothing left after Ctrl-C" {
    two_commands
    export TMPDIR=$SCRATCH
    local out=$BATS_TEST_TMPDIR/demo
    # A group of its own: Ctrl-C goes to all that runs in the foreground.
    (cd "$HOST/src" && exec setsid env --default-signal=INT bash "$BATS_FILE_TMPDIR/README.md/demo.sh") >"$out" 2>&1 3>&- </dev/null &
    local pid=$!
    echo "$pid" >"$HOST/demo.pid"
    wait_until 60 grep -q 'until Ctrl-C' "$out" || fail "$(cat "$out")"
    sed -n '/^curl/,/^$/p' "$out" >"$BATS_TEST_TMPDIR/command"
    bash "$BATS_TEST_TMPDIR/command" >"$BATS_TEST_TMPDIR/answer"
    sed -n '/^{/,/^}/p' "$out" | jq -S . | diff - <(jq -S . "$BATS_TEST_TMPDIR/answer")
    computed --task 7 --selection '{"annotators":{"all":true},"models":{"all":true},"ground_truth":true}' |
        diff - <(cat "$BATS_TEST_TMPDIR/answer" && echo)
    kill -INT -- "-$pid"
    wait_until 30 process_is_gone "$pid" || fail "it does not end"
    rm "$HOST/demo.pid"
    [[ -z $(compgen -G "$SCRATCH/agreement-demo.*") ]] || fail "something is left"
}

@test "tools/demo --once and --help" {
    cd "$HOST/src"
    TMPDIR=$SCRATCH tools/demo --once 3>&- </dev/null | grep -q '"matrix"'
    [[ -z $(compgen -G "$SCRATCH/agreement-demo.*") ]]
    tools/demo --help | grep -q -e --dir
}

@test "tools/demo: where it fails it says why, and keeps the logs that it names" {
    local shims=$SCRATCH/shims out=$BATS_TEST_TMPDIR/out program file
    mkdir "$shims"
    share_with_web 755 "$shims"
    cd "$HOST/src"
    for program in lighttpd "$([[ $AM_DATABASE = mysql ]] && echo mysqld || echo mariadbd)"; do
        printf '#!/bin/sh\necho "%s: the disk is made of cheese" >&2\nexit 1\n' "$program" >"$shims/$program"
        chmod 755 "$shims/$program"
        if PATH=$shims:$PATH TMPDIR=$SCRATCH tools/demo --once >"$out" 2>&1 3>&- </dev/null; then
            fail "it does not fail"
        fi
        cat "$out"
        grep -q "$program: the disk is made of cheese" "$out"
        while read -r file; do
            [[ -s $file ]] || fail "$file is named, and is not there"
        done < <(grep -oE "$SCRATCH/agreement-demo[^ :]*\.log" "$out" | sort -u)
        [[ -n $(compgen -G "$SCRATCH/agreement-demo.*") ]]
        rm -rf "$SCRATCH"/agreement-demo.* "${shims:?}/$program"
    done
}

@test "tools/check: counts in its last line" {
    two_commands_end
    two_commands
    # Not run_block: the build's own flags and prefix are no business of a check.
    (cd "$HOST/src" && bash "$BATS_FILE_TMPDIR/README.md/check.sh") >"$BATS_TEST_TMPDIR/out" 2>&1 </dev/null || fail "$(cat "$BATS_TEST_TMPDIR/out")"
    assert_equal "$(tail -n 1 "$BATS_TEST_TMPDIR/out")" '3 passed, 0 failed, 1 skipped'
    # A warning is a failure, and hinders no other test.
    touch "$HOST/src/configure"
    refute env WARNS=yes "$HOST/src/tools/check" >"$BATS_TEST_TMPDIR/out" 2>&1 </dev/null
    assert_equal "$(tail -n 1 "$BATS_TEST_TMPDIR/out")" '2 passed, 1 failed, 1 skipped'
    grep -q 'error: cheese' "$BATS_TEST_TMPDIR/out"
    two_commands_end
}

@test "installing: built from a copy of the sources" {
    run_block README.md install
    [[ -x $HOST/usr/bin/agreement-matrix && -x $HOST/usr/lib/cgi-bin/agreement-matrix.fcgi ]]
    [[ -e $HOST/usr/share/agreement-matrix/sql/grants.sql ]]
}

@test "compute, without any database or server" {
    run_block README.md compute
    shown README.md compute
    run_block README.md compute-pair
    shown README.md compute-pair
}

@test "coefficients of ratings" {
    run_block docs/reliability.md coefficient
    shown docs/reliability.md coefficient
    run_block docs/reliability.md coefficient-csv
    shown docs/reliability.md coefficient-csv
    run_block docs/reliability.md coefficient-sets
    shown docs/reliability.md coefficient-sets
    # Every coefficient that there is has its row.
    assert_equal "$(sed -n '/^| name | /,/^$/s/^| `\([a-z0-9_]*\)` | .*/\1/p' "$SOURCE_DIR/docs/reliability.md" | tr '\n' ' ')" \
        "$("$TOOL" coefficient <<<'{"coefficient":"-","items":[]}' | sed 's/.*but \(.*\)"}/\1/; s/,//g') "
}

@test "the statistics of an export" {
    local name
    run_block README.md stats
    shown README.md stats
    run_block docs/stats.md stats-all
    shown docs/stats.md stats-all
    run_block docs/stats.md stats-person
    shown docs/stats.md stats-person
    run_block docs/stats.md stats-pair
    shown docs/stats.md stats-pair
    run_block docs/stats.md stats-dawid-skene
    shown docs/stats.md stats-dawid-skene
    # Every key of the JSON is told of, and every option.
    "$TOOL" stats "$SOURCE_DIR/examples/export.json" --label-config "$SOURCE_DIR/examples/label-config.xml" --format json --draws 2 --by person --dawid-skene |
        jq -r 'del(.. | .predictions?) | [paths | .[] | strings] | unique[]' >"$BATS_TEST_TMPDIR/keys"
    [[ $(wc -l <"$BATS_TEST_TMPDIR/keys") -gt 60 ]]
    while read -r name; do
        grep -qF "\`$name\`" "$SOURCE_DIR/docs/stats.md" || fail "docs/stats.md does not have $name"
    done <"$BATS_TEST_TMPDIR/keys"
    while read -r name; do
        grep -qF -e "$name" "$SOURCE_DIR/docs/stats.md" || fail "docs/stats.md does not have $name"
    done < <("$TOOL" stats --help | grep -oE '^ +--[a-z-]+' | tr -d ' ' | grep -vx -e --help)
}

@test "the database: tables, accounts, option files that nobody else may read" {
    run_block README.md database
    local file
    for file in admin mysql loader; do
        assert_equal "$(stat -c %a "$HOST/etc/agreement-matrix/$file.cnf")" 640
    done
    # The service's account reads, and cannot write what is Label Studio's.
    refute env AGREEMENT_MYSQL_FILE="$HOST/etc/agreement-matrix/mysql.cnf" "$TOOL" token create --user nobody@example.com
    refute mariadb --defaults-group-suffix= --defaults-file="$HOST/etc/agreement-matrix/mysql.cnf" -e 'DELETE FROM task' labelstudio
}

@test "a database server: installed, and started with systemd or without" {
    run_block README.md database-server
    installs mariadb-server
    assert_equal "$(tail -n 1 "$HOST/systemctl.log")" 'start mariadb'
    mv "$HOST/shims/systemctl" "$HOST/shims/systemctl.kept"
    printf '#!/bin/sh\nexit 1\n' >"$HOST/shims/systemctl"
    chmod 755 "$HOST/shims/systemctl"
    run_block README.md database-server
    mv "$HOST/shims/systemctl.kept" "$HOST/shims/systemctl"
    assert_equal "$(tail -n 1 "$HOST/service.log")" 'mariadb start'
}

@test "Apache with mod_fcgid" {
    run_block README.md apache-fcgid
    installs apache2 libapache2-mod-fcgid
    serve_apache
    it_serves
}

@test "Apache with mod_proxy_fcgi" {
    rm -f "$HOST/enabled/modules" "$HOST"/etc/apache2/conf-enabled/*
    run_block README.md apache-proxy-fcgi
    installs apache2 spawn-fcgi
    serve_apache
    it_serves
}

@test "Apache with plain CGI" {
    rm -f "$HOST/enabled/modules" "$HOST"/etc/apache2/conf-enabled/*
    run_block README.md apache-cgid
    installs apache2
    serve_apache
    it_serves
}

@test "nginx" {
    run_block README.md nginx
    installs nginx spawn-fcgi
    serve_nginx
    it_serves
}

@test "lighttpd" {
    run_block README.md lighttpd
    installs lighttpd
    serve_lighttpd
    it_serves
}

@test "loading" {
    run_block README.md load
    grep -Eq 'TOKEN="[0-9a-f]{40}"' "$HOST/state"
}

@test "a snapshot of Label Studio's: created, waited for, downloaded" {
    mkdir -p "$HOST/labelstudio"
    python3 "$SOURCE_DIR/tests/lib/labelstudio_server.py" "$HOST/labelstudio" "$SOURCE_DIR/examples/export.json" key \
        </dev/null >/dev/null 2>&1 3>&- &
    echo $! >>"$HOST/pids"
    wait_until 10 test -s "$HOST/labelstudio/port"
    LABEL_STUDIO=http://127.0.0.1:$(<"$HOST/labelstudio/port")
    export LABEL_STUDIO LABEL_STUDIO_KEY=key PROJECT=12
    run_block README.md snapshot
    cmp "$HOST/src/snapshot.json" "$SOURCE_DIR/examples/export.json"
    assert_equal "$(grep -c 'exports/7$' "$HOST/labelstudio/asked")" 2
}

@test "one's own data in the place of the sample" {
    cp "$SOURCE_DIR/examples/label-config.xml" "$HOST/src/label-config.xml"
    run_block README.md own
    grep -q 'project 1: deleted, with 8 tasks' "$output_file"
    grep -q 'tasks  *8 new' "$output_file"
}

@test "asking with JSON" {
    run_block README.md ask
    shown README.md ask
}

@test "asking flattened: the same bytes" {
    run_block README.md ask
    cp "$output_file" "$BATS_TEST_TMPDIR/json"
    run_block README.md ask-flat
    cmp "$output_file" "$BATS_TEST_TMPDIR/json"
}

# bats test_tags=all
@test "asking with the official SDK" {
    . "$HOST/state"
    rehost <"$BATS_FILE_TMPDIR/README.md/ask-sdk.py" >"$BATS_TEST_TMPDIR/ask.py"
    TOKEN=$TOKEN "$AM_SDK_PYTHON" "$BATS_TEST_TMPDIR/ask.py" >"$BATS_TEST_TMPDIR/sdk"
    run_block README.md ask
    # The SDK's model of the answer is its own; the numbers are ours.
    jq -c .matrix "$BATS_TEST_TMPDIR/sdk" | diff - <(jq -c .matrix "$output_file")
    assert_equal "$(jq -c '[.users[].id]' "$BATS_TEST_TMPDIR/sdk")" "$(jq -c '[.users[].id]' "$output_file")"
}

@test "asking for dimensions" {
    run_block README.md ask-dimensions
    shown README.md ask-dimensions
}

@test "asking about a project" {
    run_block README.md ask-project
    shown README.md ask-project
    run_block README.md refresh
    grep -q ' computed, ' "$output_file"
    run_block docs/api.md project
    shown docs/api.md project
}

@test "asking wrongly" {
    run_block README.md ask-wrong
    shown README.md ask-wrong
}

@test "more of the API: one dimension, ETag, HEAD" {
    run_block docs/api.md dimension
    shown docs/api.md dimension
    run_block docs/api.md etag
    shown docs/api.md etag
    run_block docs/api.md pair
    shown docs/api.md pair
}

@test "agreement beyond chance of a project" {
    run_block docs/reliability.md reliability
    shown docs/reliability.md reliability
    # Every member of the answer has its row.
    jq -r 'select(type == "object") | keys_unsorted[]' "$output_file" | while read -r member; do
        grep -q "^| .*\`$member\`.* |" "$SOURCE_DIR/docs/api.md" || fail "docs/api.md: $member has no row"
    done
}

@test "dimensions" {
    run_block README.md dimensions
    grep -q 'fruit.*bbox_iou' "$output_file"
    assert_equal "$(AGREEMENT_MYSQL_FILE=$HOST/etc/agreement-matrix/loader.cnf "$TOOL" dimensions list --project 1 --format json |
        jq -c '.[] | select(.control_tag == "appeal") | [.metric_type, .metric_params, .weight]')" \
        '["numeric_difference_threshold",{"max_difference":1},0.5]'
}

@test "a dimension over a path" {
    run_block README.md path
    grep -q '^task 7' "$output_file"
    assert_equal "$(AGREEMENT_MYSQL_FILE=$HOST/etc/agreement-matrix/loader.cnf "$TOOL" dimensions list --project 1 --format json |
        jq -c '[.[] | select(.is_user_defined)]')" '[]'
}

embedding_up() {
    if [[ ! -s $HOST/embedding/port ]]; then
        mkdir -p "$HOST/embedding"
        python3 "$SOURCE_DIR/tests/lib/embedding_server.py" "$HOST/embedding" </dev/null >/dev/null 2>&1 3>&- &
        echo $! >>"$HOST/pids"
        wait_until 10 test -s "$HOST/embedding/port"
    fi
    EMBEDDING=http://127.0.0.1:$(<"$HOST/embedding/port")
}

@test "embeddings from a local server" {
    embedding_up
    run_block README.md embedding
    assert_equal "$(cat "$HOST/ollama.log")" 'pull nomic-embed-text'
    local selection='selection=%7B%22annotators%22:%7B%22ids%22:[1,2]%7D%7D' id
    . "$HOST/state"
    id=$(AGREEMENT_MYSQL_FILE=$HOST/etc/agreement-matrix/loader.cnf "$TOOL" dimensions list --project 1 --format json |
        jq '.[] | select(.name == "sign").id')
    ask() {
        env -i AGREEMENT_MYSQL_FILE="$HOST/etc/agreement-matrix/mysql.cnf" "$@" REQUEST_METHOD=GET SCRIPT_NAME=/api \
            QUERY_STRING="$selection&dimension=$id" PATH_INFO=/projects/1/tasks/7/agreement-matrix HTTP_X_API_KEY="$TOKEN" \
            "$HOST/usr/lib/cgi-bin/agreement-matrix.fcgi" </dev/null
    }
    ask >"$BATS_TEST_TMPDIR/without"
    grep -q '^X-Agreement-Warning: .*embedding' "$BATS_TEST_TMPDIR/without"
    grep -q '"matrix":\[\[1.0,null\],\[null,1.0\]\]' "$BATS_TEST_TMPDIR/without"
    ask AGREEMENT_EMBEDDING_URL="$EMBEDDING/v1" AGREEMENT_EMBEDDING_MODEL=nomic-embed-text >"$BATS_TEST_TMPDIR/with"
    refute grep -q X-Agreement-Warning "$BATS_TEST_TMPDIR/with"
    grep -q '"matrix":\[\[1.0,[01].0\],\[[01].0,1.0\]\]' "$BATS_TEST_TMPDIR/with"
}

# run_cases PAGE NAME: the lines of a block of cases, with their answers.
run_cases() {
    local file=$BATS_FILE_TMPDIR/$1/$2.jsonl
    sed -n 'p;n' "$file" | "$TOOL" score >"$BATS_TEST_TMPDIR/got"
    jq -nr --slurpfile lines "$file" --slurpfile got "$BATS_TEST_TMPDIR/got" "$compare_cases" >"$BATS_TEST_TMPDIR/wrong"
    [[ ! -s $BATS_TEST_TMPDIR/wrong ]] || fail "$(cat "$BATS_TEST_TMPDIR/wrong")"
}

@test "metrics: the worked examples" {
    run_cases docs/metrics.md cases
    run_cases docs/differences.md cases
}

@test "metrics: the worked examples with embeddings" {
    embedding_up
    export AGREEMENT_EMBEDDING_URL=$EMBEDDING/v1
    run_cases docs/metrics.md embedding
}

@test "metrics: every one is in docs/metrics.md, with its parameters and defaults, and has an example" {
    "$TOOL" metrics --format json >"$BATS_TEST_TMPDIR/catalogue"
    table docs/metrics.md '| metric | name | controls | parameters and defaults | methodologies |' >"$BATS_TEST_TMPDIR/page"
    jq -r "$metric_rows" "$BATS_TEST_TMPDIR/catalogue" >"$BATS_TEST_TMPDIR/program"
    same_rows metrics "$BATS_TEST_TMPDIR/page" "$BATS_TEST_TMPDIR/program"
    table docs/metrics.md '| parameter | values | meaning |' >"$BATS_TEST_TMPDIR/page"
    jq -r "$param_rows" "$BATS_TEST_TMPDIR/catalogue" >"$BATS_TEST_TMPDIR/program"
    same_rows parameters "$BATS_TEST_TMPDIR/page" "$BATS_TEST_TMPDIR/program"
    comm -13 <(cat "$BATS_FILE_TMPDIR"/docs/metrics.md/*.jsonl | jq -r '.metric // empty' | sort -u) \
        <(jq -r '.[].name' "$BATS_TEST_TMPDIR/catalogue" | sort) >"$BATS_TEST_TMPDIR/without"
    [[ ! -s $BATS_TEST_TMPDIR/without ]] || fail "without an example: $(cat "$BATS_TEST_TMPDIR/without")"
}

@test "metrics: every one is in the README's table" {
    table README.md '| metric | controls | score |' | cut -d'|' -f2 | grep -o '`[^`]*`' | tr -d '`' |
        sed -E 's/^(.*)\[_threshold\]$/\1\n\1_threshold/' | sort >"$BATS_TEST_TMPDIR/page"
    "$TOOL" metrics --format json | jq -r '.[].name' | sort | diff "$BATS_TEST_TMPDIR/page" -
}

@test "settings, routes, parameters and errors are those of the program" {
    table README.md '| name | type | default | meaning |' >"$BATS_TEST_TMPDIR/settings"
    table docs/api.md '| route | answer | parameters |' >"$BATS_TEST_TMPDIR/routes"
    table docs/api.md '| parameter | type | meaning |' >"$BATS_TEST_TMPDIR/params"
    table docs/api.md '| status | detail | header |' | sort >"$BATS_TEST_TMPDIR/errors"
    local name
    for name in settings routes params errors; do
        program_table "$name" >"$BATS_TEST_TMPDIR/program"
        # Two layers have errors; the page has them in the order in which requests fail.
        if [[ $name == errors ]]; then
            sort -o "$BATS_TEST_TMPDIR/program" "$BATS_TEST_TMPDIR/program"
        fi
        diff "$BATS_TEST_TMPDIR/$name" "$BATS_TEST_TMPDIR/program" || fail "$name: < the page, > the program"
    done
}

@test "contributing: build, test and debug as it says" {
    mkdir "$HOST/checkout"
    tar -cf - -C "$SOURCE_DIR" --exclude='./build*' --exclude=./.git --exclude='*.o' --exclude='*.a' --exclude=./Makefile \
        --exclude=./config.status --exclude=./config.h . | tar -xf - -C "$HOST/checkout"
    chmod -R u+w "$HOST/checkout"
    # It is told where to break, and runs what it is given.
    shim gdb <<'EOF'
#!/bin/bash
while [[ $1 != --args ]]; do
    [[ $1 != 'break '* ]] || at=${1#* }
    shift
done
nm "$2" | grep -q " [tT] $at$" || exit 1
exec "${@:2}"
EOF
    CHECKOUT=$HOST/checkout
    run_block CONTRIBUTING.md build
    run_block CONTRIBUTING.md unit-test
    run_block CONTRIBUTING.md score
    shown CONTRIBUTING.md score
    run_block CONTRIBUTING.md request
    assert_equal "$(grep -c '^{"matrix":' "$output_file")" 2
    rm -rf "$HOST/checkout"
}

@test "contributing: every file that it names is there" {
    local file
    # Of bats within bats nobody waits for the end.
    sed -n 's#^tests/run.sh ##p' "$SOURCE_DIR/CONTRIBUTING.md" | while read -r file; do
        [[ -e $SOURCE_DIR/tests/$file.bats ]] || fail "CONTRIBUTING.md: $file is no file of tests"
    done
    sed -n "s/.* bats -f '\(.*\)' .*/\1/p" "$SOURCE_DIR/CONTRIBUTING.md" | grep -qf - "$SOURCE_DIR/tests/cgi.bats"
    while read -r file; do
        [[ -n $(compgen -G "$SOURCE_DIR/$file") ]] || fail "CONTRIBUTING.md: $file is not there"
    done < <(sed '/^```/,/^```/d' "$SOURCE_DIR/CONTRIBUTING.md" |
        grep -oE '`((lib|bin|cgi-bin|sql|docs|tests|tools|apache-conf|lighttpd-conf|nginx-conf)/[A-Za-z0-9_./*-]+|[A-Za-z]+\.(md|am|ac))`' |
        tr -d '`' | sort -u)
}

# bats test_tags=all
@test "contributing: the forms of issues and the workflow are YAML, ask for a version, and run the check" {
    "$AM_SDK_PYTHON" - "$SOURCE_DIR/.github" <<'EOF'
import glob, sys, yaml
forms = [yaml.safe_load(open(name)) for name in glob.glob(sys.argv[1] + "/ISSUE_TEMPLATE/[!c]*.yml")]
assert len(forms) == 3
for form in forms:
    assert form["name"] and form["description"]
    fields = {field["id"]: field for field in form["body"]}
    assert fields["version"]["validations"]["required"], form["name"]
steps = yaml.safe_load(open(sys.argv[1] + "/workflows/check.yml"))["jobs"]["check"]["steps"]
assert any(step.get("run") == "tools/check --all" for step in steps)
EOF
}

@test "every command of agreement-matrix is in the README" {
    local command
    for command in $("$TOOL" --help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p'); do
        grep -q "agreement-matrix $command" "$SOURCE_DIR/README.md" || fail "$command is not in the README"
        count=$((${count-0} + 1))
    done
    ((count >= 8))
}

@test "dependencies are those of tools/deps" {
    table README.md '| Debian package | for | why |' | awk -F'|' '{
        n = split($2, packages, ", "); m = split($3, purposes, ", ")
        for (i = 1; i <= n; i++) for (k = 1; k <= m; k++) { gsub(/`/, "", packages[i]); print purposes[k], packages[i] } }' |
        sort >"$BATS_TEST_TMPDIR/page"
    # Of several names for one package the first, and MariaDB of the databases.
    awk -F= '/^(packages|client|server)\[/ { name = $1; value = substr($0, length(name) + 2)
            while (value !~ /".*"/) { getline line; value = value " " line }
            gsub(/"/, "", value); gsub(/\|[^ ]*/, "", value); list[name] = value }
        END { for (name in list) if (name ~ /^packages/) {
            purpose = name; gsub(/packages\[|\]/, "", purpose)
            gsub(/@client/, list["client[mariadb]"], list[name]); gsub(/@server/, list["server[mariadb]"], list[name])
            n = split(list[name], p, " "); for (i = 1; i <= n; i++) print purpose, p[i] } }' "$SOURCE_DIR/tools/deps" |
        sort | diff "$BATS_TEST_TMPDIR/page" -
}

@test "the layers and directories of docs/architecture.md are those of the tree" {
    local directory
    for directory in "$SOURCE_DIR"/lib/*/; do
        grep -q "lib/$(basename "$directory")/" "$SOURCE_DIR/docs/architecture.md" || fail "$directory is not in docs/architecture.md"
    done
    grep -o '`[a-z-]*/[a-z_/.-]*`' "$SOURCE_DIR/docs/architecture.md" | tr -d '`' | sort -u | while read -r directory; do
        [[ -e $SOURCE_DIR/$directory ]] || fail "docs/architecture.md: $directory is not there"
    done
}

@test "a column, as docs/tables.md makes it, can be made" {
    applies docs/tables.md column
    applies docs/tables.md option
}
