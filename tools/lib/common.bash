# Shared by tools/ and tests/: messages, ports, waiting, stopping. Sourced, never run.

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "${0##*/}: $*"
    exit 1
}

# A loopback port that nobody listens on now, below those that the kernel gives to clients (32768 and up). Whoever
# takes it must be ready to try another.
free_port() {
    local port
    while :; do
        port=$((RANDOM % 12700 + 20000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
}

# wait_until SECONDS COMMAND..: true as soon as the command is.
wait_until() {
    local tries=$(($1 * 50))
    shift
    until "$@" >/dev/null 2>&1; do
        if ((tries-- <= 0)); then
            return 1
        fi
        sleep 0.02
    done
}

# Ended, also if nobody has collected its exit status.
process_is_gone() {
    local stat
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
    [[ ${stat##*) } = Z* ]]
}

# stop_pid PID [SECONDS]: ask the leader of a process group to end, and insist when it does not.
stop_pid() {
    local pid=$1 seconds=${2:-10}
    kill -TERM "$pid" 2>/dev/null || return 0
    if ! wait_until "$seconds" process_is_gone "$pid"; then
        kill -KILL -- "-$pid" 2>/dev/null || true
        wait_until 5 process_is_gone "$pid" || true
    fi
    wait "$pid" 2>/dev/null || true
}

# The account that web servers run as: www-data when root starts them, else whoever we are.
web_user() {
    if [[ $(id -u) = 0 ]]; then
        echo www-data
    else
        id -un
    fi
}

# as_web COMMAND..: replace this (sub)shell by the command, run as that account.
as_web() {
    if [[ $(id -u) = 0 ]]; then
        exec setpriv --reuid=www-data --regid=www-data --clear-groups -- "$@"
    fi
    exec "$@"
}

# share_with_web MODE PATH..: the web server's group may do what the mode gives to a group.
share_with_web() {
    local mode=$1
    shift
    if [[ $(id -u) = 0 ]]; then
        chgrp www-data "$@"
    fi
    chmod "$mode" "$@"
}

# Not tried, and why; the test harness of automake knows the status.
skip() {
    say "$*"
    exit 77
}

# tracked_files [PATTERN..]: of the checkout that is the current directory, each name ended by a zero byte; also those
# that are not committed yet, and nothing that is ignored. Nothing where it is no checkout.
tracked_files() {
    local file
    [[ -e .git ]] || return 0
    git ls-files -z --cached --others --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
        [[ ! -e $file ]] || printf '%s\0' "$file"
    done
}

# make_alone ARGUMENTS..: make, without what a make around the script says.
make_alone() {
    env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u TESTS -u AM_BUILD_DIR -u srcdir make -s -j2 "$@" </dev/null
}
