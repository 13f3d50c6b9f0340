#!/usr/bin/env bats
# What belongs to regions: the same score with a configuration, without one, and from the service.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    database_create regions
    tool_on regions init
}

# three_ways CONFIG A B CONTROL SCORE: of the results A and B in the dimension of a control.
three_ways() {
    local config=$1 control=$4 score=$5 file=$BATS_TEST_TMPDIR/export.json xml=$BATS_TEST_TMPDIR/config.xml project id got
    count=$((${count-0} + 1))
    project=$((BATS_TEST_NUMBER * 100 + count))
    jq -n --argjson a "$2" --argjson b "$3" --argjson id "$project" '[{id: $id, data: {}, annotations: [
        {id: ($id * 10 + 1), completed_by: {id: 1, email: "a@example.com", first_name: "", last_name: ""}, result: $a},
        {id: ($id * 10 + 2), completed_by: {id: 2, email: "b@example.com", first_name: "", last_name: ""}, result: $b}]}]' >"$file"
    printf '<View><Image name="image" value="$image"/>%s</View>' "$config" >"$xml"
    got=$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file" --label-config "$xml" --dimension "$control" --format json)
    assert_score "with a configuration" "$got"
    got=$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file" --dimension "$control" --format json)
    assert_score "without a configuration" "$got"
    tool_on regions import "$file" --project "$project" --label-config "$xml" --title "Regions $project"
    [[ -e $BATS_FILE_TMPDIR/key ]] || tool_on regions token create --user a@example.com >"$BATS_FILE_TMPDIR/key"
    id=$(tool_on regions dimensions list --project "$project" --format json | jq --arg c "$control" '.[] | select(.control_tag == $c) | .id')
    got=$(env -i AGREEMENT_MYSQL_FILE="$SCRATCH/regions.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        QUERY_STRING="selection=$(jq -rn --arg s "$everyone" '$s | @uri')&dimension=$id" \
        PATH_INFO="/projects/$project/tasks/$project/agreement-matrix" HTTP_X_API_KEY="$(<"$BATS_FILE_TMPDIR/key")" \
        "$FCGI" </dev/null | sed '1,/^\r$/d')
    assert_score "from the service" "$got"
}

# assert_score WAY ANSWER
assert_score() {
    jq -e --argjson want "$score" '.matrix[0][1] as $is | $is != null and ($is - $want | fabs) < 1e-9' <<<"$2" >/dev/null ||
        fail "$1: not $score: $2"
}

box='"x":0,"y":0,"width":10,"height":10,"rotation":0'
far='"x":50,"y":50,"width":10,"height":10,"rotation":0'

# item ID CONTROL TYPE VALUE
item() {
    printf '{"id":"%s","from_name":"%s","to_name":"image","type":"%s","original_width":100,"original_height":100,"value":{%s}}' "$@"
}

@test "Label Studio's OCR template: labels and texts over rectangles and polygons" {
    local config a b
    config='<Labels name="label" toName="image"><Label value="Text"/></Labels><Rectangle name="bbox" toName="image"/>
        <Polygon name="poly" toName="image"/><TextArea name="transcription" toName="image" perRegion="true"/>'
    local square='"points":[[50,50],[60,50],[60,60],[50,60]],"closed":true'
    a="[$(item r bbox rectangle "$box"),$(item r label labels "$box,\"labels\":[\"Text\"]"),$(item r transcription textarea "$box,\"text\":[\"abcd\"]"),
        $(item p poly polygon "$square"),$(item p label labels "$square,\"labels\":[\"Text\"]"),$(item p transcription textarea "$square,\"text\":[\"wxyz\"]")]"
    b="[$(item s bbox rectangle "$box"),$(item s label labels "$box,\"labels\":[\"Text\"]"),$(item s transcription textarea "$box,\"text\":[\"abcx\"]"),
        $(item t bbox rectangle "$far"),$(item t label labels "$far,\"labels\":[\"Text\"]"),$(item t transcription textarea "$far,\"text\":[\"wxyz\"]")]"
    three_ways "$config" "$a" "$b" label 1
    three_ways "$config" "$a" "$b" transcription 0.875
    three_ways "$config" "$b" "$a" bbox "$(jq -n '2 / 3')"
}

@test "shapes of all kinds on one image" {
    local config='<RectangleLabels name="r" toName="image"><Label value="A"/></RectangleLabels><EllipseLabels name="e" toName="image"><Label value="A"/></EllipseLabels>
        <KeyPointLabels name="k" toName="image"><Label value="A"/></KeyPointLabels>'
    local a b
    a="[$(item 1 r rectanglelabels "$box,\"rectanglelabels\":[\"A\"]"),$(item 2 e ellipselabels '"x":50,"y":50,"radiusX":5,"radiusY":5,"rotation":0,"ellipselabels":["A"]'),
        $(item 3 k keypointlabels '"x":5,"y":5,"width":1,"keypointlabels":["A"]')]"
    b="[$(item 4 r rectanglelabels "$box,\"rectanglelabels\":[\"A\"]"),$(item 5 e ellipselabels '"x":50,"y":50,"radiusX":5,"radiusY":5,"rotation":0,"ellipselabels":["A"]'),
        $(item 6 k keypointlabels '"x":8,"y":5,"width":1,"keypointlabels":["A"]')]"
    three_ways "$config" "$a" "$b" r 1
    three_ways "$config" "$a" "$b" e 1
    three_ways "$config" "$a" "$b" k 0
}

# opposite TYPE TAG ATTRIBUTES GEOMETRY FIRST SECOND SCORE: two people give every region the opposite value.
opposite() {
    local config a b own other
    config="<Rectangle name=\"box\" toName=\"image\"/><$2 name=\"c\" toName=\"image\"$3/>"
    own=${4:+$box,} other=${4:+$far,}
    a="[$(item 1 box rectangle "$box"),$(item 2 box rectangle "$far"),$(item 1 c "$1" "$own$5"),$(item 2 c "$1" "$other$6")]"
    b="[$(item 3 box rectangle "$box"),$(item 4 box rectangle "$far"),$(item 3 c "$1" "$own$6"),$(item 4 c "$1" "$other$5")]"
    three_ways "$config" "$a" "$b" c "$7"
    three_ways "$config" "$a" "$a" c 1
}

@test "two people who give every region the opposite value do not agree" {
    local attributes geometry
    for attributes in ' perRegion="true"' ''; do
        # By the region's id alone, and with its geometry.
        for geometry in '' yes; do
            opposite choices Choices "$attributes" "$geometry" '"choices":["yes"]' '"choices":["no"]' 0
            opposite textarea TextArea "$attributes" "$geometry" '"text":["aa"]' '"text":["bb"]' 0
            opposite rating Rating "$attributes" "$geometry" '"rating":1' '"rating":4' 0.25
            opposite number Number "$attributes" "$geometry" '"number":1' '"number":2' 0.5
            opposite taxonomy Taxonomy "$attributes" "$geometry" '"taxonomy":[["a","b"],["c"]]' '"taxonomy":[["a","x"],["c"]]' "$(jq -n '1 / 3')"
            opposite datetime DateTime "$attributes" "$geometry" '"datetime":"2024-01-01"' '"datetime":"2024-01-02"' 0
        done
    done
}

@test "what is said of messages, and of regions that nothing measures, is not pooled" {
    local attributes a b
    # said ID VALUE..: messages of those ids with what is said of them.
    said() {
        jq -nc --arg type "$1" --argjson key "$2" --argjson values "$3" --argjson first "$4" '
            [range(2) as $i | ($first + $i | tostring) as $id |
                {id: $id, from_name: "talk", to_name: "talk", type: $type, value: ($key[$i] + if $type == "chatmessage"
                    then {chatmessage: {role: "user", content: "hello \($i)", createdAt: "\($first)"}} else {} end)},
                {id: $id, from_name: "c", to_name: "talk", type: "choices", value: {choices: [$values[$i]]}}]'
    }
    for attributes in ' perRegion="true"' ''; do
        for type in 'chatmessage|<Chat name="talk" value="$chat"/>|[{},{}]' \
            'videovector|<VideoVector name="talk" toName="image"/>|[{"sequence":[{"vertices":[1]}]},{"sequence":[{"vertices":[2]}]}]'; do
            IFS='|' read -r name tag key <<<"$type"
            # shellcheck disable=SC2089 # their quotes are JSON's
            for row in '["yes","no"] ["no","yes"] 0' '["yes","no"] ["yes","no"] 1' '["yes","no"] ["yes","yes"] 0.5'; do
                # shellcheck disable=SC2086,SC2090 # three words
                set -- $row
                a=$(said "$name" "$key" "$1" 10)
                b=$(said "$name" "$key" "$2" 20)
                three_ways "$tag<Choices name=\"c\" toName=\"talk\"$attributes><Choice value=\"yes\"/><Choice value=\"no\"/></Choices>" "$a" "$b" c "$3"
            done
        done
    done
}

@test "regions of a tag that nobody knows, whose value is no text" {
    local near='"x":5,"y":0,"width":10,"height":10,"rotation":0' row
    for row in '{"at":[1,2]}|{"at":[1.0,2]}' 'true|true' '[{"q":1}]|[{"q":1}]' '4|4' '["a"]|["a"]'; do
        three_ways '<Slider name="s" toName="image"/>' "[$(item 1 s slider "$box,\"slider\":${row%|*}")]" "[$(item 2 s slider "$near,\"slider\":${row#*|}")]" s "$(jq -n '1 / 3')"
    done
    for row in '{"at":[1,2]}|{"at":[2,1]}' 'true|false' '[{"q":1}]|[{"q":2}]' '4|5' '["a"]|["b"]'; do
        three_ways '<Slider name="s" toName="image"/>' "[$(item 1 s slider "$box,\"slider\":${row%|*}")]" "[$(item 2 s slider "$near,\"slider\":${row#*|}")]" s 0
    done
}

# Of each person's own values it depends whether they belong to regions, not of what others did.
@test "people who answer for regions, for the image, and not at all are compared each with their like" {
    local file=$BATS_TEST_TMPDIR/export.json xml=$BATS_TEST_TMPDIR/config.xml want got
    # answers KIND VALUE: two boxes, and a value of both (region), of the image (whole), or none.
    answers() {
        local boxes
        boxes="$(item "$3" box rectangle "$box"),$(item "$4" box rectangle "$far")"
        case $1 in
        region) printf '[%s,%s,%s]' "$boxes" "$(item "$3" c choices "\"choices\":[\"$2\"]")" "$(item "$4" c choices "\"choices\":[\"$2\"]")" ;;
        whole) printf '[%s,%s]' "$boxes" "$(item "w$3" c choices "\"choices\":[\"$2\"]")" ;;
        none) printf '[%s]' "$boxes" ;;
        esac
    }
    jq -n --argjson r1 "$(answers region yes 1 2)" --argjson r2 "$(answers region yes 3 4)" --argjson w1 "$(answers whole yes 5 6)" \
        --argjson w2 "$(answers whole no 7 8)" --argjson w3 "$(answers whole yes 9 10)" --argjson n1 "$(answers none '' 11 12)" --argjson n2 "$(answers none '' 13 14)" \
        '[{id: 1, data: {}, annotations: [[$r1, $r2, $w1, $w2, $w3, $n1, $n2] | to_entries[] |
            {id: (.key + 1), completed_by: (.key + 1), result: .value}]}]' >"$file"
    want='[[1,1,0,0,0,0,0],[1,1,0,0,0,0,0],[0,0,1,0,1,0,0],[0,0,0,1,0,0,0],[0,0,1,0,1,0,0],[0,0,0,0,0,1,1],[0,0,0,0,0,1,1]]'
    for attributes in '' ' perRegion="true"' ; do
        printf '<View><Image name="image" value="$image"/><Rectangle name="box" toName="image"/><Choices name="c" toName="image"%s><Choice value="yes"/><Choice value="no"/></Choices></View>' \
            "$attributes" >"$xml"
        for order in . '.[0].annotations |= reverse'; do
            jq "$order" "$file" >"$file.ordered"
            assert_equal "$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file.ordered" --label-config "$xml" --dimension c | jq -c '.matrix | map(map(round))')" "$want"
            assert_equal "$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file.ordered" --dimension c | jq -c '.matrix | map(map(round))')" "$want"
        done
    done
}

@test "what somebody says of the whole besides regions is compared with its like" {
    local a b attributes
    a="[$(item 1 box rectangle "$box"),$(item 1 c choices '"choices":["yes"]'),$(item w c choices '"choices":["no"]')]"
    b="[$(item 3 box rectangle "$box"),$(item 3 c choices '"choices":["yes"]'),$(item v c choices '"choices":["yes"]')]"
    for attributes in '' ' perRegion="true"'; do
        three_ways "<Rectangle name='box' toName='image'/><Choices name='c' toName='image'$attributes><Choice value='yes'/></Choices>" "$a" "$a" c 1
        three_ways "<Rectangle name='box' toName='image'/><Choices name='c' toName='image'$attributes><Choice value='yes'/></Choices>" "$a" "$b" c 0.5
    done
}

@test "a region that has no value is told, and only what hangs on it is null" {
    local file=$BATS_TEST_TMPDIR/export.json missing
    for missing in '' ',"value":null' ',"value":[]'; do
        a="[{\"id\":\"1\",\"from_name\":\"box\",\"type\":\"rectangle\"$missing},$(item 1 c choices '"choices":["yes"]'),$(item w d rating '"rating":1')]"
        b="[$(item 1 box rectangle "$box"),$(item 1 c choices '"choices":["yes"]'),$(item w d rating '"rating":2')]"
        jq -n --argjson a "$a" --argjson b "$b" '[{id: 1, data: {}, annotations: [{id: 1, completed_by: 1, result: $a}, {id: 2, completed_by: 2, result: $b}]}]' >"$file"
        got=$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file" 2>"$file.told")
        grep -F 'annotation 1, dimension 2: $[0].value: an object is required' "$file.told"
        score=0.5 assert_score "the rating" "$got"
    done
}

@test "a metric that is asked for is the one that compares" {
    a="[$(item 1 box rectangle "$box"),$(item 2 box rectangle "$far"),$(item 1 c choices '"choices":["yes"]'),$(item 2 c choices '"choices":["no"]')]"
    b="[$(item 3 box rectangle "$box"),$(item 4 box rectangle "$far"),$(item 3 c choices '"choices":["no"]'),$(item 4 c choices '"choices":["yes"]')]"
    jq -n --argjson a "$a" --argjson b "$b" '[{id: 1, data: {}, annotations: [{id: 1, completed_by: 1, result: $a}, {id: 2, completed_by: 2, result: $b}]}]' \
        >"$BATS_TEST_TMPDIR/export.json"
    score=1
    assert_score "asked for" "$("$TOOL" compute "$BATS_TEST_TMPDIR/export.json" --dimension c --metric jaccard_similarity)"
    score=0
    assert_score "by itself" "$("$TOOL" compute "$BATS_TEST_TMPDIR/export.json" --dimension c)"
}

@test "a metric that a user chose stays" {
    local config='<Rectangle name="box" toName="image"/><Rating name="c" toName="image"/>' a b project
    a="[$(item 1 box rectangle "$box"),$(item 1 c rating '"rating":1')]"
    b="[$(item 1 box rectangle "$box"),$(item 1 c rating '"rating":2')]"
    three_ways "$config" "$a" "$b" c 0.5
    project=$((BATS_TEST_NUMBER * 100 + 1))
    tool_on regions dimensions set --dimension c --project "$project" --metric numeric_difference_threshold
    id=$(tool_on regions dimensions list --project "$project" --format json | jq '.[] | select(.control_tag == "c") | .id')
    got=$(env -i AGREEMENT_MYSQL_FILE="$SCRATCH/regions.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        QUERY_STRING="selection=$(jq -rn --arg s "$everyone" '$s | @uri')&dimension=$id" \
        PATH_INFO="/projects/$project/tasks/$project/agreement-matrix" HTTP_X_API_KEY="$(<"$BATS_FILE_TMPDIR/key")" \
        "$FCGI" </dev/null | sed '1,/^\r$/d')
    score=1 assert_score "numeric_difference_threshold" "$got"
}

@test "Label Studio's video tracking template: the labels are no dimension" {
    local file=$BATS_TEST_TMPDIR/export.json xml=$BATS_TEST_TMPDIR/config.xml
    local track='{"from_name":"box","to_name":"video","type":"videorectangle","id":"%s","value":{"sequence":[{"frame":1,"x":%s,"y":0,"width":10,"height":10,"rotation":0,"enabled":false}],"framesCount":5,"labels":["Man"]}}'
    cat >"$xml" <<'XML'
<View><Labels name="videoLabels" toName="video"><Label value="Man"/><Label value="Woman"/></Labels>
<Video name="video" value="$video"/><VideoRectangle name="box" toName="video"/></View>
XML
    # shellcheck disable=SC2059
    jq -n --argjson a "[$(printf "$track" 1 0)]" --argjson b "[$(printf "$track" 2 5)]" \
        '[{id: 1, data: {}, annotations: [{id: 1, completed_by: 1, result: $a}, {id: 2, completed_by: 2, result: $b}]}]' >"$file"
    output=$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file" --label-config "$xml" --format json --task 1)
    jq -e '.matrix[0][1] - 1 / 3 | fabs < 1e-12' <<<"$output"
    tool_on regions import "$file" --project 9001 --label-config "$xml" --title Video
    assert_equal "$(tool_on regions dimensions list --project 9001 --format json | jq -c '[.[] | [.control_tag, .values_enum]]')" \
        '[["box",["Man","Woman"]]]'
}

@test "labels over key points and rectangles: neither the order of items nor that of the controls counts" {
    local near='"x":0.5,"y":0,"width":10,"height":10,"rotation":0' point='"x":80,"y":80,"width":1' labels='"labels":["Eye"]'
    local box_a point_a box_b point_b first second a b
    box_a=$(item r label labels "$box,$labels") point_a=$(item k label labels "$point,$labels")
    box_b=$(item s label labels "$near,$labels") point_b=$(item l label labels "$point,$labels")
    b="[$box_b,$point_b]"
    for first in KeyPoint Rectangle; do
        second=$([[ $first = KeyPoint ]] && echo Rectangle || echo KeyPoint)
        for a in "[$box_a,$point_a]" "[$point_a,$box_a]"; do
            three_ways "<Labels name='label' toName='image'><Label value='Eye'/></Labels><$first name='one' toName='image'/>
                <$second name='two' toName='image'/>" "$a" "$b" label "$(jq -n '(1 + 9.5 / 10.5) / 2')"
        done
    done
    # Nor who comes first.
    local config="<Labels name='label' toName='image'><Label value='Eye'/></Labels><KeyPoint name='one' toName='image'/><Rectangle name='two' toName='image'/>"
    three_ways "$config" "[$point_a]" "$b" label "$(jq -n '2 / 3')"
    three_ways "$config" "$b" "[$point_a]" label "$(jq -n '2 / 3')"
}

@test "a Repeater and perItem: two people who give every index the opposite value do not agree" {
    local repeater='<Repeater on="$images" indexFlag="{{idx}}"><Choices name="ok_{{idx}}" toName="image"><Choice value="Yes"/><Choice value="No"/></Choices></Repeater>'
    local file=$BATS_TEST_TMPDIR/export.json xml=$BATS_TEST_TMPDIR/config.xml got
    printf '<View><Image name="image" value="$image"/>%s<Choices name="each" toName="image" perItem="true"><Choice value="Yes"/></Choices></View>' \
        "$repeater" >"$xml"
    jq -n 'def choice($name; $v): {id: "\($name)\($v)", from_name: $name, type: "choices", value: {choices: [$v]}};
        def each($i; $v): choice("each"; $v) + {item_index: $i};
        def annotation($id; $v; $w): {id: $id, completed_by: $id, result: [choice("ok_0"; $v), choice("ok_1"; $w), each(0; $v), each(1; $w)]};
        [{id: 1, data: {}, annotations: [annotation(1; "Yes"; "No"), annotation(2; "No"; "Yes"), annotation(3; "Yes"; "No")]}]' >"$file"
    for control in 'ok_{{idx}}' each; do
        got=$(env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file" --label-config "$xml" --dimension "$control" --format json)
        jq -e '.matrix | .[0][1] == 0 and .[0][2] == 1 and .[1][2] == 0' <<<"$got" >/dev/null || fail "$control: $got"
    done
}
