# The fenced blocks of a Markdown page, each into a file of its own: -v out=DIRECTORY.
#   <!-- test: NAME -->    before a block: NAME.sh or NAME.py, which a test runs, or NAME.diff, which it applies
#   <!-- output: NAME -->  before a block: NAME.output, what it prints
# Blocks of jsonl are gathered in cases.jsonl, with a mark in NAME.jsonl. What cannot be run unseen is told on
# standard output: commands without a mark, answers without a mark, a mark without a block, a name used twice.
function complain(text) { print FILENAME ":" FNR ": " text }

/^```/ && fence == "" {
    fence = "```"
    language = substr($0, 4)
    file = ""
    if (language == "sh" || language == "python") {
        if (kind != "test") complain("commands that no test runs")
        file = name (language == "sh" ? ".sh" : ".py")
    } else if (language == "diff") {
        if (kind != "test") complain("a change that no test tries")
        file = name ".diff"
    } else if (language == "jsonl") {
        file = kind == "test" ? name ".jsonl" : "cases.jsonl"
    } else if (kind == "output") {
        file = name ".output"
    } else if (language != "text") {
        complain("a block of " (language == "" ? "no language" : language) " that no test compares")
    }
    if (kind != "" && file in seen) complain(file " is there twice")
    seen[file]
    kind = ""
    next
}
/^```$/ { fence = ""; next }
fence != "" {
    if (file != "") print > (out "/" file)
    next
}
kind != "" && NF > 0 { complain("no block follows the mark " name); kind = "" }
/^<!-- (test|output): [a-z0-9-]+ -->$/ {
    kind = substr($2, 1, length($2) - 1)
    name = $3
    if (kind == "test") print name > (out "/tests")
}
END { if (fence != "" || kind != "") complain("a block or a mark is not ended") }
