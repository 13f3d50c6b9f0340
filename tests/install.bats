#!/usr/bin/env bats
# What is built and what is installed: hardened programs, in their places, and nothing left behind.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

SERVER=lighttpd

# A build for a sanitizer or for gcov is not what anybody ships.
is_plain_build() {
    ! grep -Eq '^BUILD_CFLAGS = *[^ ]' "$BUILD_DIR/Makefile"
}

# variable NAME [DIRECTORY]: what make knows it as.
variable() {
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "${2:-$BUILD_DIR}" --eval="print-it: ; @echo '\$($1)'" print-it
}

# run_as MAKE ARGUMENTS..: make, without what a make around the tests says.
run_make() {
    env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$BUILD_DIR" "$@" >"$BATS_TEST_TMPDIR/make.log" 2>&1 || fail "$(tail -n 5 "$BATS_TEST_TMPDIR/make.log")"
}

@test "both programs are hardened" {
    if ! is_plain_build; then
        assert_equal "$(variable HARDEN_CFLAGS)" ""
        return
    fi
    local program
    for program in "$FCGI" "$TOOL"; do
        readelf -W -h -l -d --dyn-syms "$program" >"$BATS_TEST_TMPDIR/elf"
        grep -Eq 'Type: +DYN' "$BATS_TEST_TMPDIR/elf" || fail "$program: not position independent"
        grep -q 'GNU_RELRO' "$BATS_TEST_TMPDIR/elf" || fail "$program: no RELRO"
        grep -Eq 'BIND_NOW|FLAGS.*NOW' "$BATS_TEST_TMPDIR/elf" || fail "$program: binds lazily"
        grep -q '__stack_chk_fail' "$BATS_TEST_TMPDIR/elf" || fail "$program: no stack protector"
        grep -Eq '__[a-z]+_chk@' "$BATS_TEST_TMPDIR/elf" || fail "$program: not fortified"
        grep -Eq 'GNU_STACK.* RW ' "$BATS_TEST_TMPDIR/elf" || fail "$program: a stack that can be executed"
    done
    [[ $(variable HARDEN_CFLAGS) = *-fstack-clash-protection* ]]
}

@test "ldd and packagers see the database client, libcrypto and expat" {
    local program library
    for program in "$FCGI" "$TOOL"; do
        for library in 'lib(mysqlclient|mariadb)' libcrypto libexpat; do
            readelf -d "$program" | grep -Eq "NEEDED.*\[$library\.so" || fail "$program is not linked with $library"
        done
    done
}

@test "a worker leaves no core, and nobody looks into it" {
    server_up
    local pid=${SERVER_PIDS%% *}
    get /health
    pid=$(pgrep -f "^$SERVER_DIR/program/agreement-matrix.fcgi" | head -n 1)
    grep -Eq '^Max core file size +0 +0 ' "/proc/$pid/limits" || fail "$(cat "/proc/$pid/limits")"
    # What may not be dumped belongs to root.
    if is_plain_build; then
        assert_equal "$(stat -c %U "/proc/$pid/environ")" root
        [[ $(ps -o user= -p "$pid") != root ]]
    fi
    server_down
}

@test "the FastCGI program goes to PREFIX/lib/cgi-bin, whatever debhelper says of libdir" {
    mkdir "$BATS_TEST_TMPDIR/build"
    (cd "$BATS_TEST_TMPDIR/build" && "$SOURCE_DIR/configure" -q --build=x86_64-linux-gnu --prefix=/usr --includedir=/usr/include \
        --mandir=/usr/share/man --infodir=/usr/share/info --sysconfdir=/etc --localstatedir=/var --disable-option-checking \
        --libdir=/usr/lib/x86_64-linux-gnu --runstatedir=/run --disable-maintainer-mode --disable-dependency-tracking) ||
        fail "configure fails"
    assert_equal "$(variable cgibindir "$BATS_TEST_TMPDIR/build")" /usr/lib/cgi-bin
    assert_equal "$(variable bindir "$BATS_TEST_TMPDIR/build")" /usr/bin
}

@test "make uninstall leaves nothing" {
    local root=$BATS_TEST_TMPDIR/root prefix
    run_make install DESTDIR="$root"
    prefix=$(variable prefix)
    [[ -x $root$prefix/bin/agreement-matrix && -x $root$prefix/lib/cgi-bin/agreement-matrix.fcgi ]]
    run_make uninstall DESTDIR="$root"
    assert_equal "$(find "$root" ! -type d)" ""
    assert_equal "$(find "$root" -name '*agreement*')" ""
}

@test "installed documents link to each other" {
    local root=$BATS_TEST_TMPDIR/root docs page link
    run_make install DESTDIR="$root"
    docs=$root$(variable docdir)
    [[ -s $docs/LICENSE && -s $docs/README.md && -s $docs/docs/api.md ]]
    while read -r page; do
        while read -r link; do
            [[ -e $(dirname "$page")/$link ]] || fail "${page#"$root"} links to $link, which is not installed"
        done < <(grep -oE '\]\([^)# ]+' "$page" | sed 's/^](//' | grep -v '^http')
    done < <(find "$docs" -name '*.md')
}
