# Running what the documentation shows, on a host of its own below $SCRATCH/host: paths in commands are put below it,
# and what would change the machine (packages, services) is taken note of instead. Sourced.
# shellcheck disable=SC2034,SC2154

# shellcheck source-path=SCRIPTDIR source=http.bash
. "$(dirname "${BASH_SOURCE[0]}")/http.bash"

HOST=$SCRATCH/host
PAGES=(README.md CONTRIBUTING.md NEWS.md SECURITY.md docs/api.md docs/architecture.md docs/differences.md docs/metrics.md docs/reliability.md docs/stability.md docs/stats.md docs/tables.md)

# blocks PAGE: its blocks as files in $BATS_FILE_TMPDIR/PAGE/ (docs.awk); complaints on standard output.
blocks() {
    mkdir -p "$BATS_FILE_TMPDIR/$1"
    (cd "$SOURCE_DIR" && awk -v out="$BATS_FILE_TMPDIR/$1" -f tests/lib/docs.awk "$1")
}

shim() {
    cat >"$HOST/shims/$1"
    chmod 755 "$HOST/shims/$1"
}

# The host: directories, shims for what only a real host has, and a copy of the sources.
host_up() {
    umask 022
    mkdir -p "$HOST"/{shims,enabled,run/lighttpd,etc/{apache2,lighttpd}/conf-{available,enabled},etc/nginx/{conf.d,snippets}}
    share_with_web 770 "$HOST/run" "$HOST/run/lighttpd"
    shim sudo <<'EOF'
#!/bin/sh
exec env "$@"
EOF
    shim mariadb <<EOF
#!/bin/sh
exec $(command -v "$([[ $AM_DATABASE = mysql ]] && echo mysql || echo mariadb)") --defaults-file=$SCRATCH/db/root.cnf "\$@"
EOF
    # Packages, services and models: noted, one a line.
    local name
    for name in apt-get systemctl service ollama; do
        shim "$name" <<EOF
#!/bin/sh
echo "\$*" >>$HOST/$name.log
EOF
    done
    shim a2enmod <<EOF
#!/bin/sh
for module; do
    test -e $apache_modules/mod_\$module.so || exit 1
    case \$module in proxy_fcgi) echo proxy ;; esac
    echo \$module
done >>$HOST/enabled/modules
EOF
    shim a2enconf <<EOF
#!/bin/sh
exec ln -s ../conf-available/\$1.conf $HOST/etc/apache2/conf-enabled/
EOF
    shim lighty-enable-mod <<EOF
#!/bin/sh
cd $HOST/etc/lighttpd/conf-enabled && exec ln -s ../conf-available/*-\$1.conf .
EOF
    if [[ $(id -u) != 0 ]]; then
        # Who is not root owns what he makes.
        shim install <<EOF
#!/bin/bash
args=()
while ((\$# > 0)); do
    case \$1 in -o | -g) shift ;; *) args+=("\$1") ;; esac
    shift
done
exec $(command -v install) "\${args[@]}"
EOF
    fi
    mkdir "$HOST/src"
    (cd "$SOURCE_DIR" && tar -cf - --exclude='./build*' --exclude=./.git --exclude='*.o' --exclude='*.a' --exclude=.deps \
        --exclude=./Makefile --exclude=./config.status --exclude=./config.h --exclude=./tests/golden .) | tar -xf - -C "$HOST/src"
    chmod -R u+w "$HOST/src"
}

# Paths and addresses of a real host become those of this one.
rehost() {
    local web
    web=$(as_web id -un)
    sed -E -e "s#/run/mysqld/mysqld\.sock#$SCRATCH/db/sock#g" \
        -e "s#(^|[^A-Za-z0-9_./-])(/etc/(agreement-matrix|apache2|lighttpd|nginx)|/usr/share/agreement-matrix|/usr/lib/cgi-bin|/run/(agreement-matrix|lighttpd))#\1$HOST\2#g" \
        -e "s#http://localhost#${BASE-}#g" -e "s#http://127\.0\.0\.1:11434#${EMBEDDING-}#g" \
        -e "s#-([ug]) www-data -([ug]) www-data --#$([[ $(id -u) != 0 ]] || printf '%s' "-\1 $web -\2 $web") --#"
}

# applies PAGE NAME: a change that fits the sources as they are.
applies() {
    run git -C "$SOURCE_DIR" apply --check "$BATS_FILE_TMPDIR/$1/$2.diff"
    [[ $status = 0 ]] || fail "$1: $2 is of other sources: $output"
}

# run_block PAGE NAME: as a reader would type it, beside the sources (or in $CHECKOUT); what it exports stays for the next one.
# Its standard output is in $output_file.
run_block() {
    local script=$BATS_TEST_TMPDIR/$2.sh
    output_file=$BATS_TEST_TMPDIR/$2.out
    {
        [[ ! -e $HOST/state ]] || cat "$HOST/state"
        rehost <"$BATS_FILE_TMPDIR/$1/$2.sh"
        echo "{ for v in TOKEN fruit AGREEMENT_MYSQL_FILE; do declare -p \$v || :; done; } >$HOST/state 2>/dev/null"
    } >"$script"
    (cd "${CHECKOUT:-$HOST/src}" && env PATH="$HOST/shims:$HOST/usr/bin:$PATH" DESTDIR="$HOST" CFLAGS=-O0 MAKEFLAGS=-j2 \
        bash -euo pipefail "$script") </dev/null >"$output_file" 3>&- || fail "$1: $2 fails: $(tail -n 5 "$output_file")"
}

# shown PAGE NAME: the block printed what the page shows; JSON is compared by value.
shown() {
    local expected=$BATS_FILE_TMPDIR/$1/$2.output
    if jq -eS "$plain_numbers" "$expected" >"$expected.json" 2>/dev/null; then
        jq -S "$plain_numbers" "$output_file" | diff - "$expected.json" || fail "$1: $2 prints something else"
    else
        # A last line may lack its end.
        diff <(sed -e "\$a\\" "$output_file") "$expected" || fail "$1: $2 prints something else"
    fi
}

# serve COMMAND..: a web server in the background; returns when $port, which the caller has chosen, answers.
serve() {
    (as_web setsid "$@") </dev/null >"$HOST/run/start.log" 2>&1 3>&- &
    echo $! >>"$HOST/pids"
    wait_until 10 server_answers_or_gone $! "$port" || true
    process_is_gone $! && fail "$1: $(tail -n 5 "$HOST"/run/*.log)"
    BASE=http://127.0.0.1:$port
    echo "$BASE" >"$HOST/base"
}

# The configurations that a block has enabled, with this host's paths.
rehost_files() {
    local file
    for file in "$@"; do
        rehost <"$file" >"$file.new"
        cat "$file.new" >"$file"
        rm "$file.new"
    done
}

# serve_apache: with the modules and the configurations that are enabled.
serve_apache() {
    local dir=$HOST/apache-$BATS_TEST_NUMBER modules
    port=$(free_port)
    mapfile -t modules < <(sort -u "$HOST/enabled/modules")
    server_prepare "$dir" "$HOST/usr/share/agreement-matrix" "$HOST/usr/lib/cgi-bin/agreement-matrix.fcgi" \
        "$HOST/etc/agreement-matrix/mysql.cnf"
    rehost_files "$HOST"/etc/apache2/conf-available/*.conf
    write_apache_conf "$dir" "$port" none "${modules[@]}" | grep -v -e '^Define AGREEMENT_' -e '^Include ' >"$dir/conf/main.conf"
    echo "IncludeOptional $HOST/etc/apache2/conf-enabled/*.conf" >>"$dir/conf/main.conf"
    serve "$(PATH=$PATH:/usr/sbin command -v apache2)" -D FOREGROUND -d "$dir" -f "$dir/conf/main.conf"
}

serve_lighttpd() {
    port=$(free_port)
    rehost_files "$HOST"/etc/lighttpd/conf-available/*.conf "$HOST"/etc/lighttpd/*.conf
    cat >"$HOST/etc/lighttpd/lighttpd.conf" <<EOF
server.document-root = "$HOST/run"
server.bind = "127.0.0.1"
server.port = $port
server.errorlog = "$HOST/run/lighttpd-error.log"
server.upload-dirs = ( "$HOST/run" )
include "conf-enabled/*.conf"
EOF
    serve "$(PATH=$PATH:/usr/sbin command -v lighttpd)" -D -f "$HOST/etc/lighttpd/lighttpd.conf"
}

serve_nginx() {
    port=$(free_port)
    rehost_files "$HOST"/etc/nginx/*/*.conf
    local kind dir=$HOST/run
    cat >"$HOST/etc/nginx/nginx.conf" <<EOF
daemon off;
pid $dir/nginx.pid;
error_log $dir/nginx-error.log warn;
events { worker_connections 64; }
http {
    access_log off;
    $(for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $dir/nginx-$kind;"; done)
    include conf.d/*.conf;
    server {
        listen 127.0.0.1:$port;
        include snippets/agreement-matrix.conf;
    }
}
EOF
    # Debian's own file of parameters, which the snippet includes.
    sed -i "s#include $HOST/etc/nginx/fastcgi_params#include /etc/nginx/fastcgi_params#" "$HOST"/etc/nginx/snippets/*.conf
    serve "$(PATH=$PATH:/usr/sbin command -v nginx)" -e "$dir/nginx-error.log" -p "$HOST/etc/nginx" -c "$HOST/etc/nginx/nginx.conf"
}

# What every way of serving must do.
it_serves() {
    assert_equal "$(curl -sS --max-time 30 "$BASE/health")" '{"status":"UP"}'
    assert_equal "$(curl -sS --max-time 30 -o /dev/null -w '%{http_code}' -H 'Authorization: Token none' "$BASE/api/projects/1/dimensions/")" 401
}

# installs PACKAGE..: the block asks apt-get for just these.
installs() {
    assert_equal "$(tail -n 1 "$HOST/apt-get.log")" "install -y $*"
}

# table PAGE HEADER: the rows below every such header line, without needless blanks.
table() {
    awk -v header="$2" '$0 == header { on = NR + 1 } !/^\|/ { on = 0 } on && NR > on' "$SOURCE_DIR/$1" |
        sed -E 's/ *\| */|/g' | grep . || fail "$1 has no table $2"
}

plain() {
    sed -E 's/ *\| */|/g'
}

# same_rows WHAT FILE FILE: the page has just the rows of the program, in any order.
same_rows() {
    diff <(LC_ALL=C sort "$2") <(LC_ALL=C sort "$3") || fail "$1: < the page, > the program"
}

# program_table NAME: a table of the program (docs_tables.c), built with the flags and libraries of the build.
program_table() {
    local program=$BATS_FILE_TMPDIR/docs_tables
    if [[ ! -x $program ]]; then
        # shellcheck disable=SC2016
        env -u CFLAGS -u MAKEFLAGS make -s -C "$BUILD_DIR" --eval="$program: ; "'@$(CC) $(DEFS) $(AM_CPPFLAGS) -std=c17 $(CFLAGS) $(BUILD_CFLAGS)'" \
-I$SOURCE_DIR/lib -o \$@ $SOURCE_DIR/tests/lib/docs_tables.c "'$(LDFLAGS) $(LDADD) $(LIBS)' "$program" >&2
    fi
    "$program" "$1" | plain
}

# Rows of docs/metrics.md out of `agreement-matrix metrics --format json`.
# shellcheck disable=SC2016
metric_rows='
    def value: if type == "string" then . elif type == "object" then "{}"
        elif type == "number" then (. + 0 | tojson) else tojson end;
    .[] | "|`\(.name)`|\(.display_name)|\(
        if .control_tags == null then "all" else (.control_tags | join(", ")) end)\(if .per_region then " (perRegion)" else "" end)|\(
        [.params | to_entries[] | "`\(.key)` \(.value.default | value)"] | join(", "))|\(.methodologies | join(", "))|"'
# shellcheck disable=SC2016
param_rows='
    def bounds: "\(.minimum + 0) " + (if .maximum == null then "and more" else "to \(.maximum + 0)" end);
    [.[].params | to_entries[] | .value |= del(.default)] | unique | .[] | "|`\(.key)`|\(.value |
        if .enum then .enum | join(", ") elif .type == "number" then bounds elif .type == "integer" then "whole number, " + bounds
        elif .type == "boolean" then "true, false" else "object: label to weight, 0 and more" end)|\(.value.description)|"'

# Lines of cases, each followed by its answer, against what was got; another libm may differ by 1e-12.
# shellcheck disable=SC2016
compare_cases='
    [range(0; $lines | length; 2)] | to_entries[] | . as $i | $lines[$i.value] as $case | $lines[$i.value + 1] as $shown | $got[$i.key] as $is
    | if $shown.score != null and ($is.score | type) == "number" and ($shown.score - $is.score | fabs) <= 1e-12 then empty
      elif $shown.score == null and $shown == $is then empty
      else "\($case | tojson)\n  gives \($is | tojson) instead of \($shown | tojson)" end'
