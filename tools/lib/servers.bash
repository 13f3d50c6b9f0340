# Web servers on a loopback port, each with the configuration that we ship. Sourced after common.bash.
#
# server_start KIND DIR CONFIGURATIONS PROGRAM MYSQL_FILE [PORT]
#   KIND            lighttpd, lighttpd-socket, apache-fcgid, apache-cgid, apache-proxy-fcgi or nginx
#   DIR             a directory for logs and sockets that the web server's account may enter
#   CONFIGURATIONS  the directory with apache-conf/, lighttpd-conf/ and nginx-conf/
# Sets SERVER_PORT and SERVER_PIDS, the processes in the order in which to stop them.
# shellcheck disable=SC2034

apache_modules=/usr/lib/apache2/modules

server_program() {
    case $1 in
    lighttpd*) echo lighttpd ;;
    apache*) echo apache2 ;;
    nginx) echo nginx ;;
    esac
}

# server_is_installed KIND
server_is_installed() {
    PATH=$PATH:/usr/sbin:/sbin command -v "$(server_program "$1")" >/dev/null || return 1
    case $1 in
    apache-fcgid) [[ -e $apache_modules/mod_fcgid.so ]] ;;
    lighttpd-socket | apache-proxy-fcgi | nginx) command -v spawn-fcgi >/dev/null ;;
    esac
}

# The program, its option file and our configurations, where the web server's account can read them.
server_prepare() {
    local dir=$1 configurations=$2 program=$3 mysql_file=$4
    mkdir -p "$dir"/{program,conf,docs,run}
    install -m 755 "$program" "$dir/program/agreement-matrix.fcgi.new"
    mv "$dir/program/agreement-matrix.fcgi.new" "$dir/program/agreement-matrix.fcgi"
    cp -R "$configurations"/{apache,lighttpd,nginx}-conf "$dir/conf/"
    cp "$mysql_file" "$dir/mysql.cnf"
    echo "$dir" >"$dir/docs/ready"
    chmod 644 "$dir/docs/ready"
    share_with_web 750 "$dir" "$dir"/{program,conf,docs} "$dir"/conf/*-conf
    share_with_web 640 "$dir/mysql.cnf"
    share_with_web 770 "$dir/run"
}

write_lighttpd_conf() {
    local dir=$1 port=$2 include=$3
    cat <<EOF
server.document-root = "$dir/docs"
server.bind = "127.0.0.1"
server.port = $port
server.errorlog = "$dir/run/error.log"
server.breakagelog = "$dir/run/breakage.log"
server.upload-dirs = ( "$dir/run" )
server.modules = ( "mod_accesslog" )
accesslog.filename = "$dir/run/access.log"
var.agreement_program = "$dir/program/agreement-matrix.fcgi"
var.agreement_mysql_file = "$dir/mysql.cnf"
var.agreement_socket = "$dir/run/fcgi.sock"
var.agreement_workers = 2
include "lighttpd-conf/$include"
EOF
}

write_apache_conf() {
    local dir=$1 port=$2 include=$3
    shift 3
    cat <<EOF
ServerRoot $dir
PidFile $dir/run/apache.pid
DefaultRuntimeDir $dir/run
Listen 127.0.0.1:$port
ServerName localhost
$(printf "LoadModule %s_module $apache_modules/mod_%s.so\n" mpm_event mpm_event authz_core authz_core \
        alias alias mime mime dir dir env env)
$(for module in "$@"; do printf "LoadModule %s_module $apache_modules/mod_%s.so\n" "$module" "$module"; done)
TypesConfig /etc/mime.types
ErrorLog $dir/run/error.log
LogFormat "%h %t \"%r\" %>s %b"
TransferLog $dir/run/access.log
DocumentRoot $dir/docs
<Directory />
    Require all denied
</Directory>
<Directory $dir/docs>
    Require all granted
</Directory>
<IfModule fcgid_module>
    FcgidIPCDir $dir/run/fcgid
    FcgidProcessTableFile $dir/run/fcgid_shm
</IfModule>
<IfModule cgid_module>
    ScriptSock $dir/run/cgid.sock
</IfModule>
Define AGREEMENT_DIRECTORY $dir/program
Define AGREEMENT_MYSQL_FILE $dir/mysql.cnf
Define AGREEMENT_SOCKET $dir/run/fcgi.sock
Include conf/apache-conf/$include
EOF
}

write_nginx_conf() {
    local dir=$1 port=$2
    cat <<EOF
worker_processes 1;
daemon off;
pid $dir/run/nginx.pid;
error_log $dir/run/error.log warn;
events { worker_connections 1024; }
http {
    access_log $dir/run/access.log;
    client_body_temp_path $dir/run/nginx-body;
    proxy_temp_path $dir/run/nginx-proxy;
    fastcgi_temp_path $dir/run/nginx-fastcgi;
    uwsgi_temp_path $dir/run/nginx-uwsgi;
    scgi_temp_path $dir/run/nginx-scgi;
    $(sed "s|unix:[^;]*|unix:$dir/run/fcgi.sock|" "$dir/conf/nginx-conf/agreement-matrix-upstream.conf")
    server {
        listen 127.0.0.1:$port;
        root $dir/docs;
        include $dir/conf/nginx-conf/agreement-matrix.conf;
    }
}
EOF
}

write_server_conf() {
    local kind=$1 dir=$2 port=$3
    case $kind in
    lighttpd) write_lighttpd_conf "$dir" "$port" agreement-matrix-fastcgi.conf ;;
    lighttpd-socket) write_lighttpd_conf "$dir" "$port" agreement-matrix-socket.conf ;;
    apache-fcgid) write_apache_conf "$dir" "$port" agreement-matrix-fcgid.conf fcgid ;;
    apache-cgid) write_apache_conf "$dir" "$port" agreement-matrix-cgid.conf cgid ;;
    apache-proxy-fcgi)
        write_apache_conf "$dir" "$port" agreement-matrix-proxy-fcgi.conf proxy proxy_fcgi
        ;;
    nginx) write_nginx_conf "$dir" "$port" ;;
    esac
}

# Replace this subshell by the server itself, in a session of its own: Ctrl-C is for whoever started it.
run_server() {
    local kind=$1 dir=$2
    PATH=$PATH:/usr/sbin:/sbin
    case $kind in
    lighttpd*) as_web setsid lighttpd -D -f "$dir/conf/main.conf" ;;
    apache*) as_web setsid apache2 -D FOREGROUND -d "$dir" -f "$dir/conf/main.conf" ;;
    nginx) as_web setsid nginx -e "$dir/run/error.log" -p "$dir" -c "$dir/conf/main.conf" ;;
    esac
}

# server_answers_or_gone PID PORT DIR: it, and nobody else on that port, hands out the file DIR/docs/ready.
server_answers_or_gone() {
    process_is_gone "$1" || curl -sf --max-time 2 "http://127.0.0.1:$2/ready" | cmp -s - "$3/docs/ready"
}

# spawn_worker DIR [VARIABLE=VALUE..]: a worker behind DIR/run/fcgi.sock; WORKER_PID is its process.
spawn_worker() {
    local dir=$1
    shift
    rm -f "$dir/run/fcgi.sock"
    (as_web setsid env -i PATH="$PATH" AGREEMENT_MYSQL_FILE="$dir/mysql.cnf" "$@" \
        spawn-fcgi -n -s "$dir/run/fcgi.sock" -M 0600 -- "$dir/program/agreement-matrix.fcgi") \
        </dev/null >/dev/null 2>>"$dir/run/worker.log" 3>&- &
    WORKER_PID=$!
    wait_until 10 test -S "$dir/run/fcgi.sock" || die "no worker: $(tail -n 3 "$dir/run/worker.log")"
}

server_start() {
    local kind=$1 dir=$2 configurations=$3 program=$4 mysql_file=$5 port=${6-} try pid worker=""
    server_prepare "$dir" "$configurations" "$program" "$mysql_file"
    SERVER_PIDS=""
    case $kind in
    lighttpd-socket | apache-proxy-fcgi | nginx)
        # shellcheck disable=SC2086
        spawn_worker "$dir" ${SERVER_WORKER-}
        worker=" $WORKER_PID"
        ;;
    esac
    for try in 1 2 3 4 5; do
        SERVER_PORT=${port:-$(free_port)}
        write_server_conf "$kind" "$dir" "$SERVER_PORT" >"$dir/conf/main.conf"
        (run_server "$kind" "$dir") </dev/null >"$dir/run/start.log" 2>&1 3>&- &
        pid=$!
        SERVER_PIDS=$pid$worker
        if wait_until 10 server_answers_or_gone "$pid" "$SERVER_PORT" "$dir" && ! process_is_gone "$pid"; then
            return 0
        fi
        stop_pid "$pid" 2
        [[ -z $port ]] || break
    done
    say "$kind does not start (tried $try times):"
    tail -n 5 "$dir"/run/*.log >&2
    return 1
}

# server_stop PID..: what server_start has put into SERVER_PIDS.
server_stop() {
    local pid
    for pid in "$@"; do
        stop_pid "$pid" 2
    done
}
