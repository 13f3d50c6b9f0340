#!/usr/bin/env bash
# The store against a private server: tests/store.sh [PROGRAM..], by default the tests/unit/test_store_mysql_*
# that were built here. AM_DATABASE says which server, see tools/lib/dbms.bash.
# The server listens on a Unix socket in a scratch directory and ends with this script.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../tools/lib/common.bash
. "$source_dir/tools/lib/common.bash"
# shellcheck source-path=SCRIPTDIR source=../tools/lib/dbms.bash
. "$source_dir/tools/lib/dbms.bash"

if (($# == 0)); then
    mapfile -t programs < <(find tests/unit -type f -name 'test_store_mysql_*' -perm -u+x)
    set -- "${programs[@]}"
fi
(($# > 0)) || die "no tests/unit/test_store_mysql_* was built here"
dbms_is_installed || die "no $AM_DATABASE server; tools/deps --database $AM_DATABASE installs one"
dir=$(mktemp -d "${TMPDIR:-/tmp}/agreement-store.XXXXXX")
chmod 700 "$dir"
silent=
stop() {
    [[ ! -s $dir/pid ]] || kill -KILL "$(<"$dir/pid")" 2>/dev/null || true
    [[ -z $silent ]] || kill "$silent" 2>/dev/null || true
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

cat >"$dir/start" <<END
#!/usr/bin/env bash
# Start the server, after ending the one that is there.
. "$source_dir/tools/lib/common.bash"
. "$source_dir/tools/lib/dbms.bash"
[[ ! -s $dir/pid ]] || stop_pid "\$(<"$dir/pid")" 30
dbms_start "$dir"
END
chmod 700 "$dir/start"
dbms_install "$dir"
"$dir/start"

admin() {
    dbms_sql "$dir" "$@"
}

admin <<<'CREATE DATABASE agreement_test'
cat "$source_dir"/sql/{labelstudio,agreement/[0-9]*,grants}.sql | admin agreement_test
admin agreement_test <<<"
    ALTER USER 'agreement_service'@'localhost' IDENTIFIED BY 'secret#1' ACCOUNT UNLOCK;
    ALTER USER 'agreement_loader'@'localhost' IDENTIFIED BY 'secret#2' ACCOUNT UNLOCK;
    CREATE USER reader@localhost IDENTIFIED BY 'secret#3'; GRANT SELECT ON agreement_test.* TO reader@localhost"

# option_file NAME USER PASSWORD [LINE..]
option_file() {
    local file=$dir/$1.cnf
    (umask 077 && : >"$file")
    {
        printf '[client]\nsocket = %s/sock\n[agreement-matrix]\ndatabase = agreement_test\n' "$dir"
        printf 'user = %s\npassword = "%s"\n' "$2" "$3"
        shift 3
        (($# == 0)) || printf '%s\n' "$@"
    } >"$file"
}
# A port that takes connections and says nothing, beside one that nobody listens on.
tests/unit/silent >"$dir/port" &
silent=$!
wait_until 10 test -s "$dir/port"
option_file admin root ''
option_file service agreement_service 'secret#1'
option_file loader agreement_loader 'secret#2'
option_file reader reader 'secret#3'
option_file one one 'secret#3'
option_file hosts agreement_service 'secret#1' 'host = 127.0.0.1:1, localhost'
option_file silent agreement_service 'secret#1' "host = 127.0.0.1:$(<"$dir/port"),127.0.0.1:1,localhost"
option_file away agreement_service 'secret#1' 'host = 127.0.0.1:1'
option_file tls agreement_service 'secret#1' 'ssl-mode = REQUIRED'
option_file wrong agreement_service 'guessed'

export AGREEMENT_TEST_MYSQL=$dir AGREEMENT_TEST_RESTART=$dir/start srcdir=${srcdir:-$source_dir}
failed=0
for program; do
    "$program" || failed=1
done
exit $failed
