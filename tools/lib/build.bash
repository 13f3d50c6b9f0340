# Building beside the sources. Sourced after common.bash.

# quietly LOG COMMAND..: its output only if it fails.
quietly() {
    local log=$1
    shift
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 30 "$log" >&2
        die "$1 failed; all of its output is in $log"
    fi
}

# configure_in SOURCE DIRECTORY [CONFIGURE OPTIONS..]: where that is out of date.
configure_in() {
    local source=$1 directory=$2
    shift 2
    if [[ -e $source/config.status ]]; then
        die "the sources are configured in their own directory: run 'make distclean' there first"
    fi
    mkdir -p "$directory"
    if [[ ! -e $source/configure || $source/configure.ac -nt $source/configure ]]; then
        say "Making configure .."
        (cd "$source" && quietly "$directory/autogen.log" ./autogen.sh)
    fi
    if [[ ! -e $directory/config.status || $source/configure -nt $directory/config.status ]]; then
        say "Configuring .."
        (cd "$directory" && quietly "$directory/configure.log" "$source/configure" "$@")
    fi
}

# build_in SOURCE DIRECTORY [CONFIGURE OPTIONS..]: what is out of date, and no more.
build_in() {
    local directory=$2
    configure_in "$@"
    say "Building in $directory .."
    quietly "$directory/make.log" make -C "$directory" -j2
}
