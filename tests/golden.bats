#!/usr/bin/env bats
# agreement-matrix score: the golden cases, one test for each family of metrics.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

# The scores must be within 1e-9; ellipses and boxes that are rotated within 1e-6.
# shellcheck disable=SC2016
compare='
    def tolerance: if (.metric | startswith("ellipse")) or ([.a, .b] | [.. | .rotation? // 0 | select(. != 0)] | length > 0)
        then 1e-6 else 1e-9 end;
    [$cases, $scores] | transpose[] | . as [$case, $got]
    | if $case == null or $got == null then "a line too many or too few"
      elif ($got.score | type) != "number" then "\($case.id): \($got | tojson)"
      elif ($got.score - $case.score | fabs) > ($case | tolerance) then "\($case.id): \($got.score) instead of \($case.score)"
      else empty end'

# golden NAME..: all cases of tests/golden/NAME.jsonl.
golden() {
    local name file
    for name in "$@"; do
        file=$SOURCE_DIR/tests/golden/$name.jsonl
        [[ -s $file ]] || fail "$file is not there"
        jq -c '{metric, params, control, a, b}' "$file" | "$TOOL" score >"$BATS_TEST_TMPDIR/scores"
        jq -nr --slurpfile cases "$file" --slurpfile scores "$BATS_TEST_TMPDIR/scores" "$compare" >"$BATS_TEST_TMPDIR/wrong"
        [[ ! -s $BATS_TEST_TMPDIR/wrong ]] || fail "$name: $(cat "$BATS_TEST_TMPDIR/wrong")"
        # Both ways round.
        jq -c '{metric, params, control, a: .b, b: .a}' "$file" | "$TOOL" score >"$BATS_TEST_TMPDIR/turned"
        cmp "$BATS_TEST_TMPDIR/scores" "$BATS_TEST_TMPDIR/turned" || fail "$name: not symmetric"
    done
}

@test "the vendor's published examples" {
    golden documented
}

@test "whole values" {
    golden exact_match jaccard_similarity jaccard_similarity_threshold numeric_difference numeric_difference_threshold
}

@test "taxonomies" {
    golden taxonomy_labels taxonomy_labels_threshold taxonomy_subtree taxonomy_subtree_threshold
}

@test "texts" {
    golden text_similarity text_similarity_threshold
}

@test "boxes" {
    golden bbox_iou bbox_iou_threshold bbox_labels bbox_labels_threshold bbox_text bbox_text_threshold
}

@test "polygons" {
    golden polygon_iou polygon_iou_threshold polygon_labels polygon_labels_threshold polygon_text polygon_text_threshold
}

@test "spans" {
    golden span_overlap span_overlap_threshold span_labels span_labels_threshold span_text span_text_threshold
}

@test "hypertext" {
    golden html_overlap html_overlap_threshold html_labels html_labels_threshold html_text html_text_threshold
}

@test "F1 of regions" {
    golden bbox_f1 polygon_f1 span_f1 html_f1 ellipse_f1 brush_f1
}

@test "ellipses and brushes" {
    golden ellipse_iou ellipse_iou_threshold brush_iou brush_iou_threshold
}

@test "timelines and video" {
    golden timeline_iou timeline_iou_threshold timeline_events video_frame_match video_frame_match_threshold video_object_tracking
}

@test "keypoints and rankings" {
    golden keypoint_distance ranking_kendall
}

@test "every golden file is run by one of these tests" {
    for file in "$SOURCE_DIR"/tests/golden/*.jsonl; do
        file=${file##*/}
        grep -Eq "^    golden .*\b${file%.jsonl}\b" "$BATS_TEST_FILENAME" || fail "$file is not run"
    done
}

@test "score answers line by line, also where a line is wrong" {
    run "$TOOL" score <<'LINES'
{"metric":"exact_match","params":{},"control":{},"a":[],"b":[]}
{"metric":"frobnicate","params":{},"control":{},"a":[],"b":[]}
no JSON
{"metric":"bbox_iou_threshold","params":{"threshold":2},"control":{},"a":[],"b":[]}

{"metric":"exact_match","params":{},"control":{},"a":[],"b":[]}
LINES
    assert_equal "${lines[0]}" '{"score":1.0}'
    [[ ${lines[1]} = '{"error":"'*frobnicate*'"}' ]]
    [[ ${lines[2]} = '{"error":"'*'"}' ]]
    [[ ${lines[3]} = '{"error":"'*threshold*'"}' ]]
    assert_equal "${lines[-1]}" '{"score":1.0}'
}
