# Write files as C strings: struct script scripts[], one for each file.
BEGIN { print "#include \"scripts.h\"\n\nconst struct script scripts[] = {" }
FNR == 1 { if (NR > 1) print "    },"; printf "    {\"%s\",\n", FILENAME }
{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "\t\"%s\\n\"\n", $0 }
END { print "    },\n    {0, 0},\n};" }
