# A root of another Debian: making it, and running something in it. Sourced after common.bash, in a mount namespace of
# its own but for the first lines.
# shellcheck disable=SC2034

roots=${AGREEMENT_ROOTS:-/var/cache/agreement-matrix/roots}

# What a compiler calls the processors that Debian names.
declare -A triplets=([arm64]=aarch64-linux-gnu [i386]=i686-linux-gnu [s390x]=s390x-linux-gnu)

# Where the checkout lies in a root; ../shared is beside it.
checkout=/srv/check/agreement-matrix

# The mirror of Debian that this machine uses itself; nothing where there is none, and debootstrap knows one.
debian_mirror() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        sed -n 's/^Debian Debian //p' | head -n 1
}

# root_make ROOT CODENAME: if it is not there yet. It is made beside its place, so that half of one is none.
root_make() {
    local root=$1 codename=$2 mirror
    [[ ! -e $root ]] || return 0
    mirror=$(debian_mirror)
    say "Making a root of $codename in $root .."
    rm -rf "$root.new"
    mkdir -p "$root.new"
    # It would leave its mounts to us.
    debootstrap --variant=minbase "$codename" "$root.new" ${mirror:+"$mirror"} >"$root.log" 2>&1 || {
        tail -n 5 "$root.log" >&2
        die "debootstrap failed; all of its output is in $root.log"
    }
    rm -f "$root.new"/var/cache/apt/archives/*.deb
    mv "$root.new" "$root"
}

# root_mount ROOT: proc, a /dev with what programs need, and a /tmp and /run that begin empty.
root_mount() {
    local root=$1 node
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for node in null zero full random urandom tty; do
        : >"$root/dev/$node"
        mount --bind "/dev/$node" "$root/dev/$node"
    done
    mkdir "$root"/dev/{pts,shm}
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s fd/0 "$root/dev/stdin"
    ln -s fd/1 "$root/dev/stdout"
    ln -s fd/2 "$root/dev/stderr"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    find "$root/tmp" -mindepth 1 -delete
}

# Environment that names proxies and certificates, and where pip and npm find theirs.
network_variables=(http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE
    REQUESTS_CA_BUNDLE PIP_CERT PIP_INDEX_URL NODE_EXTRA_CA_CERTS NPM_CONFIG_REGISTRY)

# root_network ROOT: names, proxies and certificates are those of this machine.
root_network() {
    local root=$1 name file
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
        [[ ! -e $file ]] || cat "$file" >"$root$file"
    done
    apt-config dump 2>/dev/null | grep -E '^Acquire::(https?::|Check-|Retries)' >"$root/etc/apt/apt.conf.d/99network" || true
    mkdir -p "$root/usr/local/share/ca-certificates"
    cp -L /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
    # apt-get update and the tools that build must not be asked to start services.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    root_run "$root" root sh -c 'dpkg --configure -a && apt-get update -q &&
        apt-get install -y -q --no-install-recommends ca-certificates git && update-ca-certificates' >"$root.log" 2>&1 || {
        tail -n 5 "$root.log" >&2
        die "$root: apt-get failed (--fresh makes the root anew); all of its output is in $root.log"
    }
    for name in "${network_variables[@]}"; do
        file=${!name-}
        if [[ $file = /* && -f $file && ! -e $root$file ]]; then
            install -D -m 644 "$file" "$root$file"
        fi
    done
}

# root_checkout ROOT SOURCE: what is committed, as a clone of its own.
root_checkout() {
    local root=$1 source=$2
    rm -rf "$root${checkout%/*}"
    mkdir -p "$root${checkout%/*}"
    # Another account may own the sources: git asks for a word about that.
    HOME=$root/root git config --global --replace-all safe.directory '*'
    HOME=$root/root git clone -q --no-local --depth 1 "$source" "$root$checkout" || die "$source: no clone can be made"
    [[ -z $(HOME=$root/root git -C "$source" status --porcelain 2>/dev/null) ]] || say "What is not committed is left out."
    if [[ -d $source/../shared ]]; then
        cp -a "$source/../shared" "$root${checkout%/*}/shared"
    fi
}

# root_account ROOT NAME: an account that may use sudo without a password, and owns the checkout.
root_account() {
    local root=$1 name=$2
    [[ $name != root ]] || return 0
    root_run "$root" root sh -c 'apt-get install -y -q --no-install-recommends sudo' >"$root.log" 2>&1 ||
        die "$root: sudo cannot be installed; see $root.log"
    grep -q "^$name:" "$root/etc/passwd" || root_run "$root" root useradd --create-home --shell /bin/bash "$name"
    echo "$name ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$name"
    root_run "$root" root chown -R "$name:" "${checkout%/*}"
}

# root_run ROOT ACCOUNT COMMAND..: in the checkout, with a small environment.
root_run() {
    local root=$1 account=$2 name
    local -a environment=(LANG=C.UTF-8 TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
    shift 2
    for name in "${network_variables[@]}"; do
        [[ ! -v $name ]] || environment+=("$name=${!name}")
    done
    environment+=("DEBIAN_FRONTEND=noninteractive")
    # shellcheck disable=SC2016
    local -a become=(env -i "${environment[@]}" HOME=/root USER=root)
    if [[ $account != root ]]; then
        become=(setpriv "--reuid=$account" "--regid=$account" --init-groups
            env -i "${environment[@]}" "HOME=/home/$account" "USER=$account")
    fi
    # shellcheck disable=SC2016
    chroot "$root" "${become[@]}" sh -c 'cd "$0" 2>/dev/null || cd /; exec "$@"' "$checkout" "$@"
}
