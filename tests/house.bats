#!/usr/bin/env bats
# What holds the house finds what it is there for: tests/house over small checkouts, and the counts of tools/check.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"
# shellcheck source-path=SCRIPTDIR source=../tools/lib/tally.bash
. "$SOURCE_DIR/tools/lib/tally.bash"

# checkout: an empty one with our rules, which is the current directory.
checkout() {
    mkdir "$BATS_TEST_TMPDIR/checkout"
    cd "$BATS_TEST_TMPDIR/checkout" || return
    git init -q
    cp "$SOURCE_DIR"/{.clang-format,.gitignore,.shellcheckrc} .
}

house() {
    run "$SOURCE_DIR/tests/house/$1.test" "${@:2}" "$PWD"
    echo "$output"
}

@test "format: what is not as .clang-format says is named, and can be made so" {
    checkout
    printf 'int\nmain(void)\n{\n\treturn 0;\n}\n' >good.c
    house format
    ((status != 77)) || skip "$output"
    ((status == 0))
    printf 'int main(void) { return 0; }\n' >bad.c
    house format
    ((status == 1))
    [[ $output = *bad.c:1* && $output != *good.c* ]]
    house format --write
    ((status == 0))
    cmp good.c bad.c
}

@test "format: another version than ours says nothing" {
    checkout
    echo 'int x  ;' >bad.c
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\necho "Debian clang-format version 99.1.0"\n' >"$BATS_TEST_TMPDIR/bin/clang-format"
    chmod 755 "$BATS_TEST_TMPDIR/bin/clang-format"
    local program
    for program in bash dirname git; do
        ln -s "$(command -v $program)" "$BATS_TEST_TMPDIR/bin/"
    done
    PATH=$BATS_TEST_TMPDIR/bin house format
    ((status == 77))
    [[ $output = "clang-format "*" is not here"* ]]
}

@test "shell: scripts by their names or first lines, and bats" {
    checkout
    printf '#!/bin/sh\necho "$1"\n' >good
    house shell
    ((status == 0))
    # shellcheck disable=SC2086
    printf '#!/bin/sh\necho $1\n' | tee bad bad.sh >/dev/null
    printf '#!/usr/bin/env bats\n@test "x" {\n    echo $output\n}\n' >bad.bats
    printf 'echo $1\n' >text
    house shell
    ((status == 1))
    [[ $output = *"bad:2:"* && $output = *"bad.sh:2:"* && $output = *"bad.bats:3:"* && $output != *good* && $output != *text* ]]
}

@test "outside of a checkout there is nothing to hold" {
    cd "$BATS_TEST_TMPDIR"
    local name
    for name in format shell; do
        house $name
        ((status == 77))
        [[ $output = *"is no checkout" ]]
    done
}

# log NAME RESULT [LINE..]: as automake leaves them.
log() {
    local file=$BATS_TEST_TMPDIR/logs/$1
    mkdir -p "$(dirname "$file")"
    echo ":test-result: $2" >"$file.trs"
    printf '%s\n' "${@:3}" >"$file.log"
}

counts() {
    run tally "$BATS_TEST_TMPDIR/logs"
    echo "$output"
}

@test "a skip counts as one if there is a reason for it, and as a failure else" {
    log tests/unit/test_x PASS 1..2 'ok 1 - one' 'ok 2 - two'
    log tests/house/format SKIP 'clang-format 19 is not here: tools/deps test'
    log tree/tests/unit/test_api PASS 1..1 'ok 1 - every_allocation_may_fail # SKIP'
    counts
    ((status == 0))
    assert_equal "${lines[-1]}" "2 passed, 0 failed, 2 skipped"
    log tests/unit/test_api PASS 1..2 'ok 1 - one' 'ok 2 - every_allocation_may_fail # SKIP'
    counts
    ((status == 1))
    assert_equal "${lines[-1]}" "3 passed, 1 failed, 2 skipped"
    [[ $output = *"tests/unit/test_api.log: skipped, and"*"every_allocation_may_fail"* ]]
    log tests/store.sh SKIP 'no server'
    counts
    assert_equal "${lines[-1]}" "3 passed, 2 failed, 2 skipped"
}

@test "a failure, a plan that is not fulfilled and a bad end are counted with their words" {
    log tests/unit/test_x FAIL 1..2 'not ok 1 - one' '# cheese' 'ok 2 - two'
    log tests/unit/test_y PASS 1..3 'ok 1 - one'
    log tests/house/shell FAIL 'In bad line 2'
    counts
    ((status == 1))
    assert_equal "${lines[-1]}" "2 passed, 4 failed, 0 skipped"
    [[ $output = *cheese* && $output = *"In bad line 2"* ]]
}

@test "no end-to-end test sleeps for what it can wait for" {
    grep -nE '^[^#]*\bsleep\b' "$SOURCE_DIR"/tests/*.bats | grep -v '# the pace' >"$BATS_TEST_TMPDIR/sleeps" || true
    cat "$BATS_TEST_TMPDIR/sleeps"
    [[ ! -s $BATS_TEST_TMPDIR/sleeps ]]
}

@test "make help names every target that is there to be typed" {
    env -u MAKEFLAGS make -s -C "$AM_BUILD_DIR" help >"$BATS_TEST_TMPDIR/help"
    local target
    for target in check check-all check-alone check-house format everything bench install uninstall distcheck clean distclean; do
        grep -q "make $target\b" "$BATS_TEST_TMPDIR/help" || fail "$target"
    done
    while read -r target; do
        env -u MAKEFLAGS make -n -s -C "$AM_BUILD_DIR" "$target" >/dev/null || fail "make $target"
    done < <(grep -oE '^make [a-z-]+' "$BATS_TEST_TMPDIR/help" | cut -d' ' -f2 | sort -u)
}
