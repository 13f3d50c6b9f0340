#!/usr/bin/env bats
# Every control tag of Label Studio: its dimensions, and their scores with and without a configuration.
# A case is a configuration tests/data/tags/NAME.xml and NAME.json: the results of two people as the editor writes them (a, b),
# the score of each dimension (a number or a fraction), and why it is that.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    database_create tags
    tool_on tags init
}

cases=$BATS_TEST_DIRNAME/data/tags

# export_of CASE: four tasks, of equal results twice and of different ones either way round.
export_of() {
    jq '. as $case | [[.a, .a], [.b, .b], [.a, .b], [.b, .a]] | to_entries | map({id: (.key + 1), data: {}, annotations: [
        {id: (.key * 2 + 1), completed_by: 1, result: .value[0]}, {id: (.key * 2 + 2), completed_by: 2, result: .value[1]}]})' "$1"
}

# compute OPTION..: the scores of the four tasks as a list; whatever is warned of is printed, too.
compute() {
    env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$BATS_TEST_TMPDIR/export.json" --format json "$@" >"$BATS_TEST_TMPDIR/matrices" 2>&1 || true
    jq -sc 'map(.matrix[0][1])' "$BATS_TEST_TMPDIR/matrices" 2>/dev/null || cat "$BATS_TEST_TMPDIR/matrices"
}

# assert_scores WHERE WANTED SCORES
assert_scores() {
    jq -en --argjson want "$2" --argjson got "$3" '[1, 1, $want, $want] as $all |
        ($got | length) == 4 and all(range(4); $got[.] != null and ($got[.] - $all[.] | fabs) < 1e-9)' >/dev/null 2>&1 ||
        fail "$1: not 1, 1, $2, $2: $3"
}

# wanted CASE: lines of a dimension and its score.
wanted() {
    jq -r '.scores | to_entries[] | [.key, (.value | if type == "array" then .[0] / .[1] else . end | tostring)] | @tsv' "$1"
}

@test "equal results give 1 in every dimension, different ones their scores" {
    local case name dimension score all
    for case in "$cases"/*.json; do
        name=$(basename "$case" .json)
        export_of "$case" >"$BATS_TEST_TMPDIR/export.json"
        while IFS=$'\t' read -r dimension score; do
            assert_scores "$name: $dimension" "$score" "$(compute --label-config "$cases/$name.xml" --dimension "$dimension")"
        done < <(wanted "$case")
        # The mean of these and no others.
        all=$(wanted "$case" | jq -Rn '[inputs | split("\t")[1] | tonumber] | add / length')
        assert_scores "$name: all" "$all" "$(compute --label-config "$cases/$name.xml")"
    done
}

@test "and they do so without a configuration" {
    local case name dimension score
    for case in "$cases"/*.json; do
        name=$(basename "$case" .json)
        # A case says so where that cannot be.
        [[ $(jq -r '.without_config' "$case") = null ]] || continue
        export_of "$case" >"$BATS_TEST_TMPDIR/export.json"
        while IFS=$'\t' read -r dimension score; do
            assert_scores "$name: $dimension" "$score" "$(compute --dimension "$dimension")"
        done < <(wanted "$case")
    done
}

@test "the dimensions of a project are those that have items" {
    local case name project=0
    for case in "$cases"/*.json; do
        name=$(basename "$case" .json)
        project=$((project + 1))
        # Ids of tasks and annotations are those of one project alone.
        export_of "$case" | jq --argjson p "$project" 'map(.id += $p * 10 | .annotations |= map(.id += $p * 10))' >"$BATS_TEST_TMPDIR/export.json"
        tool_on tags import "$BATS_TEST_TMPDIR/export.json" --project "$project" --label-config "$cases/$name.xml" --title "$name" >/dev/null
        assert_equal "$name: $(tool_on tags dimensions list --project "$project" --format json | jq -c 'map(.control_tag) | sort')" \
            "$name: $(jq -c '.scores | keys' "$case")"
    done
}

# bats test_tags=all
@test "all templates that ship with Label Studio" {
    run "$AM_SDK_PYTHON" "$BATS_TEST_DIRNAME/lib/templates.py" "$TOOL" "$AM_LABEL_STUDIO_WHEEL"
    echo "$output"
    ((status == 0))
}
