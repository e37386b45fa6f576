# shellcheck shell=bash
# Sourced by bin/run, bin/test, bin/lint and bin/ci: the virtual environment, the libraries and .env.
# Runs on the bash 3.2 of macOS; whatever that lacks (locks, sockets, hashes) is asked of Python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

me=${me:-bin/$(basename "$0")}
python=.venv/bin/python
child=

say() { printf '%s: %s\n' "$me" "$*"; }
complain() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { complain "$*"; exit 1; }
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
is_mysql() { case $1 in mysql* | mariadb*) true ;; *) false ;; esac }

# A step runs in a process group of its own, so that a signal reaches all that it has started, pip's compilers too.
step() {
    local status=0
    set -m
    "$@" </dev/null &
    child=$!
    set +m
    wait "$child" || status=$?
    child=
    return "$status"
}

# A script that keeps something running overrides this. A failure in here would replace the exit code.
at_exit() { :; }

interrupted() {
    trap '' TERM INT HUP
    [ -z "$child" ] || kill -TERM -- "-$child" 2>/dev/null || true
    wait
    complain "interrupted"
    exit "$1"
}
trap 'interrupted 143' TERM
trap 'interrupted 130' INT
trap 'interrupted 129' HUP
trap 'at_exit' EXIT

# What Django will see for a variable: the environment, then .env, then the default.
setting() {
    local line=
    if [ -n "${!1+set}" ]; then
        printf '%s' "${!1}"
        return
    fi
    [ ! -f .env ] || line=$(sed -n "s/^ *\(export \)\{0,1\}$1 *= *//p" .env | sed -n 1p)
    line=${line#[\'\"]}
    line=${line%[\'\"]}
    printf '%s' "${line:-$2}"
}

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    if [ -x "$python" ] && suits "$python"; then
        system_python=$python
        return
    fi
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if command -v "$candidate" >/dev/null && suits "$candidate"; then
            system_python=$(command -v "$candidate")
            return
        fi
    done
    complain "ITMS needs Python 3.11 or newer; found: $(python3 --version 2>/dev/null || echo none)."
    if [ "$(uname)" = Darwin ]; then
        die "Install it with: brew install python@3.13    (or name another one: PYTHON=/path/to/python3 $me)"
    fi
    die "Install it with: sudo apt-get install python3 python3-venv    (or name another one: PYTHON=/path/to/python3 $me)"
}

# The kernel lets go of the lock when the last holder of descriptor 9 ends, however it ends: it cannot go stale.
lock_set_up() {
    mkdir -p .cache
    exec 9>.cache/set-up.lock
    "$system_python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null && return
    say "another set-up is at work in this folder: waiting for it"
    step "$system_python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)'
}
unlock_set_up() { exec 9>&-; }

# The package that holds Python's own `venv` or headers: python3.11-venv, python3.11-dev.
python_package() { "$system_python" -c "import sys; print('python%d.%d-$1' % sys.version_info[:2])"; }

make_venv() {
    local package
    if [ -x "$python" ] && suits "$python" && "$python" -c 'import pip' 2>/dev/null; then return; fi
    say "making the virtual environment .venv ($("$system_python" --version))"
    if [ "$system_python" = "$python" ]; then
        system_python=$("$python" -c 'import sys; print(sys._base_executable)')
    fi
    rm -rf .venv
    if ! "$system_python" -c 'import venv, ensurepip' 2>/dev/null; then
        package=$(python_package venv)
        if may_install; then
            install_packages "$package"
        else
            die "Python's venv module is missing. Install it with: sudo apt-get install $package"
        fi
    fi
    step "$system_python" -m venv .venv || die "the virtual environment could not be made"
}

install_packages() {
    say "installing $* (apt-get)"
    step quiet apt env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update -qq; apt-get install -y -qq "$@"' sh "$@"
}

# quiet NAME COMMAND…: its output goes to .cache/NAME.log and is shown when it fails.
quiet() {
    local log=.cache/$1.log
    shift
    "$@" >"$log" 2>&1 && return
    tail -n 30 "$log" >&2
    return 1
}

# pip's own log is long and its silence longer: one word for each package while it is fetched.
install() {
    local again=() status=0
    # pip takes a library whose unpacking was broken off for a whole one.
    [ ! -e .venv/unpacking ] || again=(--force-reinstall)
    touch .venv/unpacking
    set -- ${again[@]+"${again[@]}"} "$@"
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PYTHONUNBUFFERED=1 "$python" -m pip install "$@" 2>&1 |
        tee .cache/pip.log | awk '
            /^Collecting /           { sub(/[^A-Za-z0-9._-].*/, "", $2); printf "%s%s", (n++ ? " " : "  "), $2; fflush() }
            /^Building wheels? for / { printf "%s  compiling", (n ? "\n" : ""); n = 1; fflush() }
            /^Installing collected/  { printf "%s  unpacking\n", (n ? "\n" : ""); n = 0; fflush() }
            END                      { if (n) print "" }' || status=$?
    rm .venv/unpacking
    return "$status"
}

libraries() { sed -e 's/#.*//' "$@" | grep -vE '^[[:space:]]*(-r .*|mysqlclient.*)?$'; }
# One line that changes whenever an installation made from these files may be out of date.
fingerprint() { { "$python" --version; cat "$@"; } | cksum; }
current() { [ -f ".venv/$1.stamp" ] && [ "$(cat ".venv/$1.stamp")" = "$2" ]; }

install_libraries() {
    local stamp=$1 wanted
    shift
    wanted=$(fingerprint "$@")
    if current "$stamp" "$wanted"; then return; fi
    say "installing the libraries of $* (about a minute the first time)"
    libraries "$@" >.venv/wanted.txt
    if ! step install -r .venv/wanted.txt; then
        tail -n 20 .cache/pip.log >&2
        die "the libraries could not be installed; the whole log is .cache/pip.log"
    fi
    printf '%s\n' "$wanted" >".venv/$stamp.stamp"
}

has_mysqlclient() { "$python" -c 'import MySQLdb' 2>/dev/null; }

# What compiling mysqlclient depends on besides its version: when one of these appears, it is tried again.
compiler_and_headers() {
    id -u
    command -v cc gcc pkg-config || true
    pkg-config --modversion mysqlclient libmariadb mariadb 2>/dev/null || true
    "$python" -c 'import os, sysconfig as s; print(os.path.exists(s.get_path("include") + "/Python.h"))'
}

headers_line() {
    local packages='pkg-config default-libmysqlclient-dev build-essential'
    if [ "$(uname)" = Darwin ]; then
        # shellcheck disable=SC2016  # a line to be typed
        echo 'brew install pkg-config mysql-client && export PKG_CONFIG_PATH="$(brew --prefix mysql-client)/lib/pkgconfig"'
    elif compiler_and_headers | grep -q False; then
        echo "sudo apt-get install $packages $(python_package dev)"
    else
        echo "sudo apt-get install $packages"
    fi
}

try_mysqlclient() {
    step install "$@" && has_mysqlclient
}

install_mysqlclient() {
    local wanted version line
    version=$(sed -n 's/^\(mysqlclient[^ #]*\).*/\1/p' requirements.txt)
    wanted="$("$python" --version) $version"
    if current mysqlclient "$wanted"; then return; fi
    line=$(headers_line)
    if ! current mysqlclient-failed "$wanted $(compiler_and_headers | cksum)"; then
        say "installing $version (the driver for MySQL and MariaDB, compiled here)"
        if ! try_mysqlclient "$version" && may_install; then
            # shellcheck disable=SC2086  # the line is a list of packages
            install_packages ${line#*install } || true
            # A wheel that was built before the headers went away would only be taken out of the cache again.
            try_mysqlclient --no-cache-dir --force-reinstall --no-deps "$version" || true
        fi
        if has_mysqlclient; then
            printf '%s\n' "$wanted" >.venv/mysqlclient.stamp
            return
        fi
        # A network that was down is no reason not to try again.
        if grep -q subprocess-exited-with-error .cache/pip.log &&
            ! grep -q 'Installing build dependencies.*error' .cache/pip.log; then
            printf '%s\n' "$wanted $(compiler_and_headers | cksum)" >.venv/mysqlclient-failed.stamp
        fi
    fi
    if is_mysql "$(setting DATABASE_URL '')"; then
        complain "DATABASE_URL names a MySQL or MariaDB server, and its driver (mysqlclient) could not be installed here."
        die "Type this, then $me again: $line"
    fi
    say "no MySQL or MariaDB here, SQLite only. To add them: $line"
}

write_env() {
    [ ! -e .env ] || return 0
    say "writing .env (a random SECRET_KEY, DEBUG=on)"
    (
        umask 077
        {
            echo '# Written once by bin/run. Every variable is explained in .env.example; the environment beats this file.'
            "$python" -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(50))'
            echo 'DEBUG=on'
        } >.env.new
    )
    mv .env.new .env
}

# set_up run | set_up test: leaves the lock held, so that the caller can go on (migrate) under it.
set_up() {
    find_python
    lock_set_up
    make_venv
    install_libraries run requirements.txt
    install_mysqlclient
    if [ "$1" = test ]; then install_libraries test requirements.txt requirements-dev.txt; fi
}
