#!/usr/bin/env bats
# Controls that are hidden from who labels: the same matrix from an export and from the service.
# shellcheck source-path=SCRIPTDIR source=lib/http.bash
. "$BATS_TEST_DIRNAME/lib/http.bash"

setup_file() {
    database_create visible
    tool_on visible init
}

# export_of ID RESULT..: one task of that id, a person for each result.
export_of() {
    local id=$1
    shift
    jq -cn --argjson id "$id" '[{id: $id, data: {}, annotations: [$ARGS.positional | to_entries[] |
        {id: ($id * 10 + .key), completed_by: {id: (.key + 1), email: "p\(.key + 1)@example.com", first_name: "", last_name: ""},
         result: (.value | fromjson)}]}]' --args "$@"
}

# served PROJECT DIMENSION: the matrix that the service answers; DIMENSION is an id, or empty for all.
served() {
    env -i AGREEMENT_MYSQL_FILE="$SCRATCH/visible.cnf" REQUEST_METHOD=GET SCRIPT_NAME=/api \
        QUERY_STRING="selection=$(jq -rn --arg s "$everyone" '$s | @uri')${2:+&dimension=$2}" \
        PATH_INFO="/projects/$1/tasks/$1/agreement-matrix" HTTP_X_API_KEY="$(<"$BATS_FILE_TMPDIR/key")" \
        "$FCGI" </dev/null | sed '1,/^\r$/d' | jq -c ".matrix | $plain_numbers"
}

# shown CONFIG RESULT..: take over a task with a configuration (what stands in its View) for ask and without.
shown() {
    count=$((${count-0} + 1))
    project=$((BATS_TEST_NUMBER * 100 + count)) file=$BATS_TEST_TMPDIR/export.json xml=$BATS_TEST_TMPDIR/config.xml
    printf '<View><Text name="text" value="$text"/><Image name="image" value="$image"/>%s</View>' "$1" >"$xml"
    shift
    export_of "$project" "$@" >"$file"
    tool_on visible import "$file" --project "$project" --label-config "$xml" --title "Visible $project"
    [[ -e $BATS_FILE_TMPDIR/key ]] || tool_on visible token create --user p1@example.com >"$BATS_FILE_TMPDIR/key"
}

# computed [OPTION..]: the matrix of the export alone.
computed() {
    env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$file" --format json "$@" | jq -c ".matrix | $plain_numbers"
}

# ask CONTROL MATRIX: with the configuration, in one dimension or (CONTROL is -) in all.
ask() {
    local id=
    if [[ $1 = - ]]; then
        assert_equal "all, compute: $(computed --label-config "$xml")" "all, compute: $2"
    else
        assert_equal "$1, compute: $(computed --label-config "$xml" --dimension "$1")" "$1, compute: $2"
        id=$(tool_on visible dimensions list --project "$project" --format json | jq --arg c "$1" '.[] | select(.control_tag == $c) | .id')
    fi
    assert_equal "$1, service: $(served "$project" "$id")" "$1, service: $2"
}

# without CONTROL MATRIX: without a configuration nothing is hidden.
without() {
    assert_equal "$1, no configuration: $(computed --dimension "$1")" "$1, no configuration: $2"
}

# item ID CONTROL TYPE VALUE, and what is often needed.
item() {
    printf '{"id":"%s","from_name":"%s","to_name":"image","type":"%s","original_width":100,"original_height":100,"value":{%s}}' "$@"
}
choice() { item "$1-$2" "$1" choices "\"choices\":[\"$2\"]"; }
words() { item "$1" "$1" textarea "\"text\":[\"$2\"]"; }
# box ID LABEL X
box() { item "$1" box rectanglelabels "\"x\":$3,\"y\":0,\"width\":10,\"height\":10,\"rotation\":0,\"rectanglelabels\":[\"$2\"]"; }

question='<Choices name="q" toName="text"><Choice value="Yes"/><Choice value="No"/><Choice value="Maybe" alias="M"/></Choices>'
boxes='<RectangleLabels name="box" toName="image"><Label value="Person"/><Label value="Car"/></RectangleLabels>'
on_yes='visibleWhen="choice-selected" whenTagName="q" whenChoiceValue="Yes"'

@test "two people who both say No and were not asked further: the mean is without the follow-up" {
    local other='<Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>'
    shown "$question$other<TextArea name=\"why\" toName=\"text\" $on_yes/>" \
        "[$(choice q No),$(choice mood good)]" "[$(choice q No),$(choice mood bad)]" \
        "[$(choice q Yes),$(choice mood good),$(words why rain)]" "[$(choice q Yes),$(choice mood good),$(words why rain)]"
    ask why '[[1,null,0,0],[null,1,0,0],[0,0,1,1],[0,0,1,1]]'
    ask - "$(jq -cn '(1 / 3) as $third | [[1, 0.5, $third, $third], [0.5, 1, 0, 0], [$third, 0, 1, 1], [$third, 0, 1, 1]]')"
    without why '[[1,1,0,0],[1,1,0,0],[0,0,1,1],[0,0,1,1]]'
    # What somebody chose of the dimension stays, and so does when it is shown.
    tool_on visible dimensions set --project "$project" --dimension why --metric exact_match --weight 3
    assert_equal "$(served "$project")" '[[1,0.5,0.2,0.2],[0.5,1,0,0],[0.2,0,1,1],[0.2,0,1,1]]'
    tool_on visible dimensions sync --project "$project"
    assert_equal "$(served "$project")" '[[1,0.5,0.2,0.2],[0.5,1,0,0],[0.2,0,1,1],[0.2,0,1,1]]'
}

@test "on the control, on a view around it, on views in views" {
    local config matrix='[[1,null,0],[null,1,0],[0,0,1]]'
    for config in \
        "<TextArea name=\"why\" toName=\"text\" $on_yes/>" \
        "<View $on_yes><TextArea name=\"why\" toName=\"text\"/></View>" \
        "<View $on_yes><View><View style=\"x\"><TextArea name=\"why\" toName=\"text\"/></View></View></View>" \
        "<View $on_yes><Header value=\"Why?\"/><TextArea name=\"why\" toName=\"text\" $on_yes/></View>"; do
        shown "$question$config" "[$(choice q No)]" "[$(choice q M)]" "[$(choice q Yes),$(words why rain)]"
        ask why "$matrix"
        without why '[[1,1,0],[1,1,0],[0,0,1]]'
    done
    # All of them must hold.
    config='<Choices name="p" toName="text"><Choice value="a"/></Choices>
        <View visibleWhen="choice-selected" whenTagName="p"><View '$on_yes'><Rating name="why" toName="text"/></View></View>'
    shown "$question$config" "[$(choice q Yes)]" "[$(choice p a)]" "[$(choice q Yes),$(choice p a)]" "[$(choice q Yes),$(choice p a),$(item r why rating '"rating":3')]"
    ask why '[[1,null,1,0],[null,1,1,0],[1,1,1,0],[0,0,0,1]]'
}

@test "several choices, none named, an alias, a choice alone" {
    local a b c
    a="[$(choice q No)]" b="[$(choice q M)]" c="[$(choice q Yes),$(words why rain)]"
    shown "$question<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-selected\" whenTagName=\"q\" whenChoiceValue=\"Yes,Maybe\"/>" "$a" "$b" "$c" "$a"
    ask why '[[1,1,0,null],[1,1,0,1],[0,0,1,0],[null,1,0,1]]'
    # Without a value any choice shows it.
    shown "$question<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-selected\" whenTagName=\"q\"/>" "[]" "$a" "[]" "$c"
    ask why '[[1,1,null,0],[1,1,1,0],[null,1,1,0],[0,0,0,1]]'
    # Without a name any other Choices does.
    shown "$question<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-selected\"/>" "[]" "$b" "[]"
    ask why '[[1,1,null],[1,1,1],[null,1,1]]'
    shown "$question<TextArea name=\"why\" toName=\"text\" whenChoiceValue=\"Yes\"/>" "$a" "$b" "$c"
    ask why '[[1,null,0],[null,1,0],[0,0,1]]'
}

@test "choice-unselected" {
    local a b c
    a="[$(choice q No),$(words why sun)]" b="[$(choice q Yes)]" c="[$(choice q Yes),$(words why left)]"
    shown "$question<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-unselected\" whenTagName=\"q\" whenChoiceValue=\"Yes\"/>" "$a" "$b" "$c" "[]" "$a"
    # What was left behind in a hidden control does not count.
    ask why '[[1,0,0,0,1],[0,1,null,1,0],[0,null,1,1,0],[0,1,1,1,0],[1,0,0,0,1]]'
    shown "$question<View visibleWhen=\"choice-unselected\" whenTagName=\"q\"><Rating name=\"why\" toName=\"text\"/></View>" "[]" "[$(choice q No)]" "[$(choice q M)]"
    ask why '[[1,1,1],[1,1,null],[1,null,1]]'
}

@test "a taxonomy shows, what has no choices does not" {
    local tree='<Taxonomy name="tree" toName="text"><Choice value="Animal"><Choice value="Cat" alias="c"/></Choice></Taxonomy>
        <Rating name="stars" toName="text"/>' a b
    a="[$(item t tree taxonomy '"taxonomy":[["Animal","c"]]'),$(item s stars rating '"rating":3')]"
    b="[$(item t tree taxonomy '"taxonomy":[["Animal"]]'),$(item s stars rating '"rating":3')]"
    shown "$tree<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-selected\" whenTagName=\"tree\" whenChoiceValue=\"Cat\"/>" "$a" "$b" "$b"
    ask why '[[1,1,1],[1,1,null],[1,null,1]]'
    for name in stars nobody; do
        shown "$tree<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-selected\" whenTagName=\"$name\"/>" "$a" "$b"
        ask why '[[1,null],[null,1]]'
        shown "$tree<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-unselected\" whenTagName=\"$name\"/>" "$a" "$b"
        ask why '[[1,1],[1,1]]'
    done
}

@test "a control that is hidden has nothing selected" {
    local config='<Choices name="p" toName="text" '$on_yes'><Choice value="a"/></Choices>' a b
    # p has an answer from before q was No.
    a="[$(choice q No),$(choice p a),$(words why rain)]" b="[$(choice q Yes),$(choice p a),$(words why rain)]"
    shown "$question$config<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-selected\" whenTagName=\"p\"/>" "$a" "$a" "$b" "$b"
    ask why '[[1,null,0,0],[null,1,0,0],[0,0,1,1],[0,0,1,1]]'
    shown "$question$config<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-unselected\" whenTagName=\"p\"/>" "$a" "$a" "$b" "$b"
    ask why '[[1,1,0,0],[1,1,0,0],[0,0,1,null],[0,0,null,1]]'
}

@test "controls that show each other in a long chain, and many conditions" {
    local config='' a b views='' ends='' last
    # Each is shown while nothing is selected in the one before.
    for i in 0 1 2 3; do
        config+="<Choices name=\"q$i\" toName=\"text\"${last:+ visibleWhen=\"choice-unselected\" whenTagName=\"$last\"}><Choice value=\"x\"/></Choices>"
        last=q$i
    done
    config+="<TextArea name=\"why\" toName=\"text\" visibleWhen=\"choice-unselected\" whenTagName=\"$last\"/>"
    # q0 hides q1, so q2 is shown and hides q3, whatever was left behind in q1 and q3: nothing hides the text.
    a="[$(choice q0 x),$(choice q1 x),$(choice q2 x),$(choice q3 x),$(words why rain)]"
    b="[$(choice q1 x),$(choice q2 x),$(choice q3 x),$(words why rain)]"
    shown "$config" "$a" "$a" "$b" "$b"
    ask why '[[1,1,0,0],[1,1,0,0],[0,0,1,null],[0,0,null,1]]'
    # The outermost of 70 views decides.
    for i in {1..69}; do
        views+="<View $on_yes>" ends+="</View>"
    done
    shown "$question<View visibleWhen=\"choice-selected\" whenTagName=\"q\" whenChoiceValue=\"Maybe\">$views<TextArea name=\"why\" toName=\"text\"/>$ends</View>" \
        "[$(choice q Yes),$(words why rain)]" "[$(choice q Yes),$(words why rain)]"
    ask why '[[1,null],[null,1]]'
}

@test "more conditions than are followed are refused by name" {
    local config='' last='' i
    for ((i = 0; i < 50; i++)); do
        config+="<Choices name=\"q$i\" toName=\"text\"${last:+ visibleWhen=\"choice-unselected\" whenTagName=\"$last\"}><Choice value=\"x\"/></Choices>"
        last=q$i
    done
    printf '<View><Text name="text" value="$text"/>%s</View>' "$config" >"$BATS_TEST_TMPDIR/config.xml"
    export_of 1 "[$(choice q0 x)]" "[$(choice q0 x)]" >"$BATS_TEST_TMPDIR/export.json"
    run env -u AGREEMENT_MYSQL_FILE "$TOOL" compute "$BATS_TEST_TMPDIR/export.json" --label-config "$BATS_TEST_TMPDIR/config.xml"
    [[ $status -eq 1 && $output == *"what shows q40 depends on more than 200 conditions, or on a chain of more than 40 controls"* ]] || fail "$output"
    # Controls that ask each other are followed once around.
    shown "<Choices name=\"q\" toName=\"text\" visibleWhen=\"choice-unselected\" whenTagName=\"p\"><Choice value=\"Yes\"/></Choices>
        <Choices name=\"p\" toName=\"text\" visibleWhen=\"choice-unselected\" whenTagName=\"q\"><Choice value=\"a\"/></Choices>" "[$(choice q Yes)]" "[$(choice q Yes)]"
    ask q '[[1,1],[1,1]]'
}

@test "regions: any, of a control, with a label" {
    local none car person note='<TextArea name="why" toName="image"'
    none='[]' car="[$(box 1 Car 0)]" person="[$(box 1 Car 0),$(box 2 Person 50),$(words why tall)]"
    shown "$boxes$note visibleWhen=\"region-selected\"/>" "$none" "$none" "$car" "$person"
    ask why '[[1,null,1,0],[null,1,1,0],[1,1,1,0],[0,0,0,1]]'
    shown "$boxes$note visibleWhen=\"region-selected\" whenLabelValue=\"Person\"/>" "$none" "$car" "$car" "$person" "$person"
    ask why '[[1,null,null,0,0],[null,1,null,0,0],[null,null,1,0,0],[0,0,0,1,1],[0,0,0,1,1]]'
    without why '[[1,1,1,0,0],[1,1,1,0,0],[1,1,1,0,0],[0,0,0,1,1],[0,0,0,1,1]]'
    shown "$boxes<View visibleWhen=\"region-selected\" whenTagName=\"box\" whenLabelValue=\"Person,Car\">$note/></View>" "$none" "$none" "$car" "$person"
    ask why '[[1,null,1,0],[null,1,1,0],[1,1,1,0],[0,0,0,1]]'
    shown "$boxes$note visibleWhen=\"region-selected\" whenTagName=\"nobody\"/>" "$car" "$person"
    ask why '[[1,null],[null,1]]'
    # There is always a moment without a selected region.
    shown "$boxes$note visibleWhen=\"no-region-selected\"/>" "$none" "$car" "$person"
    ask why '[[1,1,0],[1,1,0],[0,0,1]]'
}

# about ID VALUE: what is said of a box.
about() { item "$1" pose choices "\"choices\":[\"$2\"]"; }

@test "values of regions: the same region must meet the condition" {
    local pose='<Choices name="pose" toName="image" perRegion="true"' stand='<Choice value="stands"/><Choice value="sits"/></Choices>' a b c
    a="[$(box 1 Person 0),$(box 2 Car 50),$(about 1 stands)]"
    # Of the car was nobody asked, though it is there.
    b="[$(box 3 Person 0),$(box 4 Car 50),$(about 3 stands),$(about 4 sits)]"
    c="[$(box 5 Car 0)]"
    shown "$boxes$pose visibleWhen=\"region-selected\" whenLabelValue=\"Person\">$stand" "$a" "$b" "$c" "$c"
    ask pose '[[1,1,0,0],[1,1,0,0],[0,0,1,null],[0,0,null,1]]'
    without pose "$(jq -cn '(2 / 3) as $both | [[1, $both, 0, 0], [$both, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]')"
    # With perRegion the label alone is a condition.
    shown "$boxes$pose whenLabelValue=\"Person\">$stand" "$a" "$b" "$c" "$c"
    ask pose '[[1,1,0,0],[1,1,0,0],[0,0,1,null],[0,0,null,1]]'
    # Choices of the region itself.
    pose='<Choices name="seen" toName="image" perRegion="true"><Choice value="well"/></Choices>'$pose
    a="[$(box 1 Person 0),$(box 2 Car 50),$(item 1 seen choices '"choices":["well"]'),$(about 1 stands),$(about 2 sits)]"
    b="[$(box 3 Person 0),$(box 4 Car 50),$(item 3 seen choices '"choices":["well"]'),$(about 3 stands)]"
    c="[$(box 5 Person 0),$(about 5 stands)]"
    shown "$boxes$pose visibleWhen=\"choice-selected\" whenTagName=\"seen\" whenChoiceValue=\"well\">$stand" "$a" "$b" "$c" "$c"
    ask pose '[[1,1,0,0],[1,1,0,0],[0,0,1,null],[0,0,null,1]]'
}

@test "what draws can be hidden, too" {
    local a b
    a="[$(choice q No),$(box 1 Person 0)]" b="[$(choice q Yes),$(box 2 Person 0)]"
    shown "$question<View $on_yes>$boxes</View>" "$a" "$a" "$b" "$b"
    ask box '[[1,null,0,0],[null,1,0,0],[0,0,1,1],[0,0,1,1]]'
    ask - '[[1,1,0,0],[1,1,0,0],[0,0,1,1],[0,0,1,1]]'
    without box '[[1,1,1,1],[1,1,1,1],[1,1,1,1],[1,1,1,1]]'
}

@test "the same index of a repeater" {
    local config='<Repeater on="$list" indexFlag="{{idx}}"><Choices name="q_{{idx}}" toName="text"><Choice value="Yes"/></Choices>
        <View visibleWhen="choice-selected" whenTagName="q_{{idx}}"><TextArea name="why_{{idx}}" toName="text"/></View></Repeater>' a b
    a="[$(choice q_0 Yes),$(words why_0 rain),$(words why_1 left)]" b="[$(choice q_0 Yes),$(words why_0 rain)]"
    shown "$config" "$a" "$b" "[]" "[]"
    ask 'why_{{idx}}' '[[1,1,0,0],[1,1,0,0],[0,0,1,null],[0,0,null,1]]'
}

@test "nothing but hidden dimensions is no agreement at all" {
    shown "<View visibleWhen=\"choice-selected\" whenTagName=\"q\">$question<TextArea name=\"why\" toName=\"text\"/></View>" "[]" "[]"
    ask - '[[1,null],[null,1]]'
}

@test "the conditions can be read, and an old dimension gets them" {
    shown "$question<TextArea name=\"why\" toName=\"text\" $on_yes/>" "[$(choice q No)]" "[$(choice q No)]"
    assert_equal "$(tool_on visible dimensions list --project "$project" --format json | jq -cS '[.[].extraction_method_params]')" \
        '[{},{"visible_when":[{"choices":["Yes"],"control":"q","when":"choice-selected"}]}]'
    # A configuration that no longer hides takes them away.
    printf '<View><Text name="text" value="$text"/>%s<TextArea name="why" toName="text"/></View>' "$question" >"$xml"
    tool_on visible import "$file" --project "$project" --label-config "$xml"
    ask why '[[1,1],[1,1]]'
}
