# Counting what tests have found. Sourced after common.bash.

# Skips that are no failures: what the line or the log says, after the name of the log, and when that may be.
declare -gA may_skip=(
    ["tests/house/format.log clang-format * is not here"]="other versions format otherwise, and a distribution may lack ours"
    ["tests/house/*.log * is no checkout"]="a release is not where files are changed"
    ["tree/tests/unit/*.log *every_allocation_may_fail*"]="AddressSanitizer has a malloc of its own"
)

# check_skips LOG LINE..: how many of these skips have no reason above; they are printed.
check_skips() {
    local log=$1 line pattern wrong=0
    shift
    for line in "$@"; do
        for pattern in "${!may_skip[@]}"; do
            # shellcheck disable=SC2053
            if [[ "$log $line" = $pattern* ]]; then
                say "$log: skipped: ${may_skip[$pattern]}"
                continue 2
            fi
        done
        say "$log: skipped, and tools/lib/tally.bash does not say why that may be: $line"
        wrong=$((wrong + 1))
    done
    echo "$wrong"
}

# tally DIRECTORY: counts of all test logs of a build as "N passed, N failed, N skipped", and of those with failures the words.
# Unit tests and bats write TAP; any other test counts as one. A plan that was not fulfilled, a program that ended
# badly without a failed case, or a skip that is not foreseen (may_skip), is a failure.
tally() {
    local build_dir=$1 trs log result passed=0 failed=0 skipped=0 p f s wrong
    local -a skips
    while IFS= read -r -d '' trs; do
        log=${trs%.trs}.log
        result=$(sed -n 's/^:test-result: *//p' "$trs" | head -n 1)
        read -r p f s < <(awk -v result="$result" '
            /^1\.\.[0-9]+/ { plan += substr($1, 4); next }
            /^(not )?ok [0-9]+.*# *[Ss][Kk][Ii][Pp]/ { skipped++; next }
            /^ok [0-9]+/ { passed++; next }
            /^not ok [0-9]+/ { failed++ }
            END {
                bad = result !~ /^(PASS|SKIP|XFAIL)/
                if (plan == 0 && passed + failed + skipped == 0) {
                    if (result ~ /^SKIP/) skipped++; else if (bad) failed++; else passed++
                } else if (plan > passed + failed + skipped)
                    failed += plan - passed - failed - skipped
                if (bad && failed == 0) failed++
                print passed + 0, failed + 0, skipped + 0
            }' "$log")
        if ((f > 0)); then
            say "${log#"$build_dir"/}:"
            if grep -qE '^not ok |^Bail out' "$log"; then
                grep -A 8 -E '^not ok |^Bail out' "$log" | grep -vE '^(ok |--)' | head -n 1000 >&2
            else
                tail -n 20 "$log" >&2
            fi
        fi
        if ((s > 0)); then
            mapfile -t skips < <(grep -E '^(not )?ok [0-9]+.*# *[Ss][Kk][Ii][Pp]' "$log" || head -n 1 "$log")
            wrong=$(check_skips "${log#"$build_dir"/}" "${skips[@]}")
            f=$((f + wrong)) s=$((s - wrong))
        fi
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    done < <(find "$build_dir" -name '*.trs' -print0 | LC_ALL=C sort -z)
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0 && passed > 0))
}
