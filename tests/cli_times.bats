#!/usr/bin/env bats
# Times: subtracted exactly, and written as the configuration says; the same from compute, score and the service.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    database_create times
    tool_on times init
}

# config FORMAT: a time series with labels and something said of its regions; FORMAT is an attribute, or nothing.
config() {
    printf '<View><TimeSeriesLabels name="span" toName="ts"><Label value="Run"/></TimeSeriesLabels>
        <Choices name="sure" toName="ts" perRegion="true"><Choice value="yes"/></Choices>
        <TimeSeries name="ts" value="$csv" timeColumn="time" %s><Channel column="a"/></TimeSeries></View>' "${1-}"
}

# spans FROM TO: JSON texts or numbers; as labels, and with a choice.
spans() {
    printf '[{"id":"r","from_name":"span","to_name":"ts","type":"timeserieslabels","value":{"start":%s,"end":%s,"instant":false,"timeserieslabels":["Run"]}},
        {"id":"r","from_name":"sure","to_name":"ts","type":"choices","value":{"start":%s,"end":%s,"choices":["yes"]}}]' "$1" "$2" "$1" "$2"
}

# prepare FORMAT A B: the export, the configuration, and the number of a project that nobody has.
prepare() {
    file=$BATS_TEST_TMPDIR/export.json xml=$BATS_TEST_TMPDIR/config.xml
    count=$((${count-0} + 1))
    project=$((BATS_TEST_NUMBER * 100 + count))
    jq -n --argjson a "$2" --argjson b "$3" --argjson id "$project" '[{id: $id, data: {}, annotations: [
        {id: ($id * 10 + 1), completed_by: {id: 1, email: "a@example.com", first_name: "", last_name: ""}, result: $a},
        {id: ($id * 10 + 2), completed_by: {id: 2, email: "b@example.com", first_name: "", last_name: ""}, result: $b}]}]' >"$file"
    config "$1" >"$xml"
}

# from_service CONTROL: the answer with its headers.
from_service() {
    local id
    [[ -e $BATS_FILE_TMPDIR/key ]] || tool_on times token create --user a@example.com >"$BATS_FILE_TMPDIR/key"
    id=$(tool_on times dimensions list --project "$project" --format json | jq --arg c "$1" '.[] | select(.control_tag == $c) | .id')
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/times.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        QUERY_STRING="selection=$(jq -rn --arg s "$everyone" '$s | @uri')&dimension=$id" \
        PATH_INFO="/projects/$project/tasks/$project/agreement-matrix" HTTP_X_API_KEY="$(<"$BATS_FILE_TMPDIR/key")" \
        "$FCGI" </dev/null
}

# assert_score WAY SCORE ANSWER: to the bit.
assert_score() {
    jq -e --argjson want "$2" '.matrix[0][1] == $want and .matrix[1][0] == $want' <<<"$3" >/dev/null || fail "$1: not $2: $3"
}

# two_ways FORMAT A B SCORE: of the results A and B, both in the labels and in the choices.
two_ways() {
    local control
    prepare "$1" "$2" "$3"
    tool_on times import "$file" --project "$project" --label-config "$xml" --title "Times $project"
    for control in span sure; do
        assert_score "compute, $control" "$4" \
            "$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file" --label-config "$xml" --dimension "$control" --format json)"
        assert_score "service, $control" "$4" "$(from_service "$control" | sed '1,/^\r$/d')"
    done
}

@test "half of a tenth of a second is half, as ISO dates, times and numbers" {
    local day=2020-06-15T14:05:30
    two_ways '' "$(spans "\"$day.245\"" "\"$day.345\"")" "$(spans "\"$day.295\"" "\"$day.345\"")" 0.5
    two_ways '' "$(spans "\"$day.000245\"" "\"$day.000345\"")" "$(spans "\"$day.000295Z\"" "\"$day.000345\"")" 0.5
    two_ways '' "$(spans '"14:05:30.245"' '"14:05:30.345"')" "$(spans '"14:05:30.295"' '"14:05:30.345"')" 0.5
    two_ways '' "$(spans 1592250751.245 1592250751.345)" "$(spans 1592250751.295 1592250751.345)" 0.5
    two_ways '' "$(spans 1592250751.000245 1592250751.000345)" "$(spans '"1592250751.000295"' '"2020-06-15T19:52:31.000345"')" 0.5
}

@test "dates in the format of the configuration" {
    two_ways 'timeFormat="%m/%d/%Y %H:%M:%S.%f"' "$(spans '"06/15/2020 14:05:30.245000"' '"06/15/2020 14:05:30.345000"')" \
        "$(spans '"06/15/2020 14:05:30.295000"' '"06/15/2020 14:05:30.345000"')" 0.5
    two_ways 'timeFormat="%d/%m/%Y"' "$(spans '"02/01/2020"' '"02/03/2020"')" "$(spans '"03/01/2020"' '"02/03/2020"')" "$(jq -n '59 / 60')"
    two_ways 'timeFormat="%I:%M:%S.%L %p"' "$(spans '"02:05:30.245 PM"' '"02:05:30.345 PM"')" "$(spans '"02:05:30.295 pm"' '"14:05:30.345"')" 0.5
    # What is ISO or a number all the same is read as that, whatever the format.
    two_ways 'timeFormat="%m/%d/%Y %H:%M:%S"' "$(spans '"06/15/2020 19:52:30"' '"06/15/2020 19:52:32"')" \
        "$(spans '"2020-06-15T19:52:31"' 1592250752)" 0.5
    two_ways 'timeFormat=""' "$(spans '"2020-06-15"' '"2020-06-17"')" "$(spans '"2020-06-16"' '"2020-06-17"')" 0.5
    two_ways 'timeFormat="%i"' "$(spans '"2020-06-15"' '"2020-06-17"')" "$(spans '"2020-06-16"' '"2020-06-17"')" 0.5
}

@test "the format is told with the dimension, and follows the configuration" {
    local a b
    a=$(spans '"02/01/2020"' '"02/03/2020"') b=$(spans '"02/02/2020"' '"02/03/2020"')
    two_ways 'timeFormat="%m/%d/%Y"' "$a" "$b" 0.5
    assert_equal "$(tool_on times dimensions list --project "$project" --format json | jq -c '[.[].extraction_method_params]')" \
        '[{"time_format":"%m/%d/%Y"},{"time_format":"%m/%d/%Y"}]'
    # From the 2nd of January on instead.
    config 'timeFormat="%d/%m/%Y"' >"$xml"
    tool_on times import "$file" --project "$project" --label-config "$xml" --title "Times $project"
    assert_score "after a change" "$(jq -n '29 / 60')" "$(from_service span | sed '1,/^\r$/d')"
    config >"$xml"
    tool_on times import "$file" --project "$project" --label-config "$xml" --title "Times $project"
    assert_score "without a format" null "$(from_service span | sed '1,/^\r$/d')"
    assert_equal "$(tool_on times dimensions list --project "$project" --format json | jq -c '[.[].extraction_method_params]')" '[{},{}]'
}

@test "a value in another format is no value, and the warning says what was there" {
    local warning='X-Agreement-Warning: .*\$\[0\]\.value\.start: "15\.06\.2020" is not written as the time format "%m/%d/%Y" says'
    prepare 'timeFormat="%m/%d/%Y"' "$(spans '"15.06.2020"' '"16.06.2020"')" "$(spans '"06/15/2020"' '"06/16/2020"')"
    tool_on times import "$file" --project "$project" --label-config "$xml" --title "Times $project"
    output=$(from_service span)
    assert_score "service" null "$(sed '1,/^\r$/d' <<<"$output")"
    grep -q "$warning" <<<"$output" || fail "$output"
    output=$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file" --label-config "$xml" --dimension span --format json 2>"$BATS_TEST_TMPDIR/told")
    assert_score "compute" null "$output"
    grep -qF '"15.06.2020" is not written as the time format "%m/%d/%Y" says' "$BATS_TEST_TMPDIR/told"
}

@test "score takes the format beside the metric" {
    local span='[{"from_name":"s","type":"timeserieslabels","value":{"start":"%s","end":"%s","timeserieslabels":["Run"]}}]' a b
    # shellcheck disable=SC2059
    a=$(printf "$span" '15.06.20 02:05:30.245 PM' '15.06.20 02:05:30.345 PM') b=$(printf "$span" 2020-06-15T14:05:30.295 2020-06-15T14:05:30.345)
    assert_equal "$("$TOOL" score <<<'{"metric":"span_overlap","time_format":"%d.%m.%y %I:%M:%S.%f %p","a":'"$a"',"b":'"$b"'}')" '{"score":0.5}'
    output=$("$TOOL" score <<<'{"metric":"span_overlap","a":'"$a"',"b":'"$b"'}')
    [[ $output = '{"error":"a: $[0].value.start: start and end must be '* ]] || fail "$output"
}
