# Counting what tests have found. Sourced after common.bash.

# tally DIRECTORY: counts of all test logs of a build as "N passed, N failed, N skipped", and of those with failures the words.
# Unit tests and bats write TAP; any other test counts as one. A plan that was not fulfilled, or a program that ended
# badly without a failed case, is a failure.
tally() {
    local build_dir=$1 trs log result passed=0 failed=0 skipped=0 p f s
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
            grep -A 8 -E '^not ok |^Bail out' "$log" | grep -vE '^(ok |--)' | head -n 1000 >&2 || tail -n 20 "$log" >&2
        fi
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    done < <(find "$build_dir" -name '*.trs' -print0 | LC_ALL=C sort -z)
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0 && passed > 0))
}
