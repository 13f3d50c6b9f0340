# Write the SQL scripts as C strings: struct schema_script scripts[], one for each file. sql/agreement/NNN-NAME.sql is
# the step to version NNN of our tables; the steps come in their order, and the last one is the program's version.
BEGIN { print "#include \"scripts.h\"\n\n#include <assert.h>\n\nconst struct schema_script scripts[] = {" }
FNR == 1 {
    version = 0
    if (FILENAME ~ /agreement\//) {
        version = FILENAME
        sub(/^.*\//, "", version)
        version = version + 0
        if (version != ++steps) {
            printf "%s: step %d of our tables is expected here\n", FILENAME, steps >"/dev/stderr"
            exit failed = 1
        }
    }
    if (NR > 1)
        print "    },"
    printf "    {\"%s\", %d,\n", FILENAME, version
}
{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "\t\"%s\\n\"\n", $0 }
END {
    if (failed)
        exit 1
    print "    },\n    {0, 0, 0},\n};\n"
    printf "static_assert(SCHEMA_VERSION == %d, \"lib/store/schema.h has the number of the last step\");\n", steps
}
