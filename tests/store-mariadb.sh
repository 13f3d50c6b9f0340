#!/bin/sh
# The store against a private MariaDB: tests/store-mariadb.sh [PROGRAM..], by default the
# tests/unit/test_store_mysql_* that were built here.
# The server listens on a Unix socket in a scratch directory and ends with this script.
set -eu
[ $# -gt 0 ] || set -- $(find tests/unit -type f -name 'test_store_mysql_*' -perm -u+x)
[ $# -gt 0 ] || {
	echo "SKIP: no tests/unit/test_store_mysql_* was built here"
	exit 77
}
srcdir=${srcdir:-.}
command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null || {
	echo "SKIP: no MariaDB server (Debian package mariadb-server)"
	exit 77
}
dir=$(mktemp -d "${TMPDIR:-/tmp}/agreement-store.XXXXXX")
chmod 700 "$dir"
silent=
stop() {
	[ ! -s "$dir/pid" ] || kill -9 "$(cat "$dir/pid")" 2>/dev/null || :
	[ -z "$silent" ] || kill "$silent" 2>/dev/null || :
	rm -rf "$dir"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

cat >"$dir/start" <<EOF
#!/bin/sh
# Start the server, after ending the one that is there.
if [ -s "$dir/pid" ]; then
	pid=\$(cat "$dir/pid")
	kill "\$pid"
	while kill -0 "\$pid" 2>/dev/null && [ -e "$dir/pid" ]; do sleep 0.02; done
fi
mariadbd --no-defaults --user="$(id -un)" --datadir="$dir/data" --tmpdir="$dir/tmp" --socket="$dir/sock" --skip-networking \\
	--pid-file="$dir/pid" --log-error="$dir/error.log" --skip-log-bin --innodb-flush-log-at-trx-commit=0 \\
	--innodb-buffer-pool-size=32M --innodb-log-file-size=16M --performance-schema=OFF --skip-name-resolve \\
	--character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci --open-files-limit=4096 \\
	--max-allowed-packet=64M >/dev/null 2>&1 </dev/null &
i=0
until mariadb-admin --no-defaults -S "$dir/sock" -u root ping >/dev/null 2>&1; do
	i=\$((i + 1))
	[ \$i -le 600 ] || exit 1
	sleep 0.05
done
EOF
chmod 700 "$dir/start"
mkdir "$dir/tmp"
TMPDIR=$dir/tmp mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$dir/data" --skip-test-db \
	--auth-root-authentication-method=normal >"$dir/install.log" 2>&1 || { cat "$dir/install.log" >&2; exit 1; }
"$dir/start" || { cat "$dir/error.log" >&2; exit 1; }

admin() { mariadb --no-defaults -S "$dir/sock" -u root "$@"; }
admin -e 'CREATE DATABASE agreement_test'
admin agreement_test <"$srcdir/sql/labelstudio.sql"
admin agreement_test <"$srcdir/sql/agreement.sql"
admin agreement_test <"$srcdir/sql/grants.sql"
admin agreement_test -e "
	ALTER USER 'agreement_service'@'localhost' IDENTIFIED BY 'secret#1' ACCOUNT UNLOCK;
	ALTER USER 'agreement_loader'@'localhost' IDENTIFIED BY 'secret#2' ACCOUNT UNLOCK;
	CREATE USER reader@localhost IDENTIFIED BY 'secret#3'; GRANT SELECT ON agreement_test.* TO reader@localhost"

# option_file NAME USER PASSWORD [LINE..]
option_file() {
	file=$dir/$1.cnf
	{
		printf '[client]\nsocket = %s/sock\n[agreement-matrix]\ndatabase = agreement_test\n' "$dir"
		printf 'user = %s\npassword = "%s"\n' "$2" "$3"
		shift 3
		for line; do printf '%s\n' "$line"; done
	} >"$file"
	chmod 600 "$file"
}
# A port that nobody listens on, and one that takes connections and says nothing.
if command -v python3 >/dev/null; then
	python3 -c '
import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(8)
print(s.getsockname()[1], flush=True)
time.sleep(600)' >"$dir/port" &
	silent=$!
	while [ ! -s "$dir/port" ]; do sleep 0.02; done
	quiet=127.0.0.1:$(cat "$dir/port")
else
	quiet=127.0.0.1:1
fi
option_file admin root ''
option_file service agreement_service 'secret#1'
option_file loader agreement_loader 'secret#2'
option_file reader reader 'secret#3'
option_file hosts agreement_service 'secret#1' 'host = 127.0.0.1:1, localhost'
option_file silent agreement_service 'secret#1' "host = $quiet,127.0.0.1:1,localhost"
option_file away agreement_service 'secret#1' 'host = 127.0.0.1:1'
option_file tls agreement_service 'secret#1' 'ssl-mode = REQUIRED'
option_file wrong agreement_service 'guessed'

export AGREEMENT_TEST_MYSQL="$dir" AGREEMENT_TEST_RESTART="$dir/start" srcdir
failed=0
for program; do "$program" || failed=1; done
exit $failed
