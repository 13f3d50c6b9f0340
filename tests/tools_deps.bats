#!/usr/bin/env bats
# tools/deps names the packages as each release has them: apt-cache and dpkg-query here tell of releases that this
# machine is not.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup() {
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    export PATH=$BATS_TEST_TMPDIR/bin:$PATH OS_RELEASE=$BATS_TEST_TMPDIR/os-release
    export KNOWN=$BATS_TEST_TMPDIR/known INSTALLED=$BATS_TEST_TMPDIR/installed
    : >"$KNOWN"
    : >"$INSTALLED"
    unset AM_DATABASE
    cat >"$BATS_TEST_TMPDIR/bin/apt-cache" <<'SHIM'
#!/bin/sh
# apt-cache policy NAME
grep -qxF "$2" "$KNOWN" || exit 0
printf '%s:\n  Installed: (none)\n  Candidate: 1.0\n' "$2"
SHIM
    cat >"$BATS_TEST_TMPDIR/bin/dpkg-query" <<'SHIM'
#!/bin/sh
for name; do :; done
grep -qxF "$name" "$INSTALLED" || { echo "dpkg-query: no packages found matching $name" >&2; exit 1; }
printf installed
SHIM
    chmod +x "$BATS_TEST_TMPDIR"/bin/*
}

# release ID [NAME..]: a release with these packages, of those whose names differ.
release() {
    echo "ID=$1" >"$OS_RELEASE"
    shift
    printf '%s\n' "$@" >"$KNOWN"
}

deps() {
    run "$SOURCE_DIR/tools/deps" "$@"
    echo "$output"
}

has() {
    local name
    for name in "$@"; do
        grep -qxF "$name" <<<"$output" || fail "$name is not listed"
    done
}

has_not() {
    local name
    for name in "$@"; do
        ! grep -qxF "$name" <<<"$output" || fail "$name is listed"
    done
}

@test "Debian 13: the names without a version" {
    release debian pkgconf default-libmysqlclient-dev mariadb-server-core mariadb-client-core mariadb-client \
        nginx-light media-types
    deps --list build test
    ((status == 0))
    has pkgconf default-libmysqlclient-dev mariadb-server-core mariadb-client nginx-light media-types libcmocka-dev
    has_not pkg-config libmariadb-dev mariadb-server-core-10.6 nginx mime-support
}

@test "Ubuntu 22.04: the database server has its version in its name" {
    release ubuntu pkg-config default-libmysqlclient-dev mariadb-server-core-10.6 mariadb-client-core-10.6 \
        mariadb-client-10.6 nginx-light media-types
    deps --list build demo
    ((status == 0))
    has pkg-config mariadb-server-core-10.6 mariadb-client-core-10.6 mariadb-client-10.6
    has_not pkgconf mariadb-server-core mariadb-client
}

@test "a package that is there is not asked for by another name" {
    release debian pkgconf default-libmysqlclient-dev
    printf '%s\n' pkg-config libmariadb-dev >"$INSTALLED"
    deps --list build
    ((status == 0))
    has pkg-config libmariadb-dev
    has_not pkgconf default-libmysqlclient-dev
}

@test "--database mysql, or AM_DATABASE: the client library and the server of MySQL" {
    release debian libmysqlclient-dev mysql-server-core mysql-client-core
    deps --list --database mysql build demo
    ((status == 0))
    has libmysqlclient-dev mysql-server-core mysql-client-core
    has_not default-libmysqlclient-dev libmariadb-dev mariadb-server-core mariadb-client
    AM_DATABASE=mysql deps --list build
    ((status == 0))
    has libmysqlclient-dev
    deps --database oracle
    ((status == 2))
    [[ $output = usage:* ]]
}

@test "a distribution that is like Debian is taken for it; another is named, with all that it needs" {
    release linuxmint pkgconf
    echo 'ID_LIKE="ubuntu debian"' >>"$OS_RELEASE"
    deps --list build
    ((status == 0))
    has pkgconf

    release fedora
    echo 'ID_LIKE=rhel' >>"$OS_RELEASE"
    deps build test
    ((status == 0))
    [[ $output = *"This is fedora rhel"*"neither Debian nor Ubuntu"* ]]
    [[ $output = *"build: "*libfcgi-dev*"test: "*libcmocka-dev* ]]

    rm "$OS_RELEASE"
    deps build
    [[ $output = *"a distribution without $OS_RELEASE"* ]]
}

@test "a purpose that is none, and help" {
    release debian
    deps --list building
    ((status == 2))
    [[ $output = usage:*build* ]]
    deps --help
    ((status == 0))
    [[ $output = usage:* ]]
}
