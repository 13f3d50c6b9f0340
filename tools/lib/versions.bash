# What a check ran with, for docs/platforms.md. Sourced; source_dir is set.
# shellcheck disable=SC2154

# row CELL..: a row of a table there, after today's date and the revision.
row() {
    local cell
    printf '| %s | %s |' "$(date -u +%F)" "$(git -C "$source_dir" rev-parse --short=10 HEAD)"
    for cell in "$@"; do
        printf ' %s |' "$cell"
    done
    echo
}

system_version() {
    echo "Debian $(</etc/debian_version)"
}

# version_of PATTERN: names and versions of the installed packages.
version_of() {
    # shellcheck disable=SC2016
    dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' "$1" 2>/dev/null | sed -n 's/^installed //p' | sort -u
}

server_version() {
    case $AM_DATABASE in
    mysql) mysqld --version 2>/dev/null || /usr/sbin/mysqld --version ;;
    *) mariadbd --version 2>/dev/null || /usr/sbin/mariadbd --version ;;
    esac | sed -E 's/.*Ver ([0-9.]+).*/\1/' | sed "s/^/$([[ $AM_DATABASE = mysql ]] && echo MySQL || echo MariaDB) /"
}

client_version() {
    case $AM_DATABASE in
    mysql) version_of 'libmysqlclient[0-9]*' ;;
    *) version_of 'libmariadb3' ;;
    esac
}

# compiler_version BUILD: of the one that has built there.
compiler_version() {
    local compiler version
    compiler=$(sed -n 's/^CC = //p' "$1/Makefile")
    # shellcheck disable=SC2086
    version=$($compiler -dumpfullversion 2>/dev/null) || version=$($compiler -dumpversion)
    echo "${compiler%% *} $version"
}

# emulator_version PROGRAM: "none" without one.
emulator_version() {
    [[ -n $1 ]] || { echo none && return; }
    "$1" --version | sed -n 's/.*version \([0-9.]*\).*/\1/p' | sed "s/^/$1 /" | head -n 1
}

geos_version() {
    version_of "libgeos-c1*:$1" | awk 'NR == 1 { print $2 }'
}
