#!/bin/sh
# Makes .venv match requirements.lock; prints nothing when it already does. Safe to kill and to call twice at once.
#
# A finished environment carries a stamp. The stamp goes before anything is changed and comes back last,
# so what a killed run leaves has none and is built again from nothing.
set -eu
export UV_PYTHON_DOWNLOADS=never

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$root"

# The scripts inside an environment name its folder: a project that was moved needs a new one.
fingerprint() {
    { printf '%s\n' "$root"; cat "$1"; } | sha256sum | cut -d ' ' -f 1
}

stamped() { # FOLDER LOCK: does the folder hold what the lock says?
    [ -x "$1/bin/python" ] && [ -f "$1/.stamp" ] && [ "$(cat "$1/.stamp")" = "$(fingerprint "$2")" ]
}

say() { printf '%s\n' "jinwen: $*" >&2; }

fail() {
    say "$*"
    exit 1
}

# Every Python 3.11 in PATH, once each, the fastest first. Builds differ: one without profile-guided optimisation (pyenv's
# default) takes a quarter longer for everything, each answer included.
pythons() {
    IFS=:
    for folder in $PATH; do
        for name in python3.11 python3 python; do
            [ ! -x "$folder/$name" ] || "$folder/$name" -I -c "$probe" 2>/dev/null || true
        done
    done | sort -n | awk '!seen[$2]++ { print $2 }'
}

probe='
import os, sys, time
if sys.version_info[:2] != (3, 11) or " " in sys.executable:
    sys.exit()
def work():
    counts = {}
    for i in range(20000):
        key = f"k{i % 997}"
        counts[key] = counts.get(key, 0) + i
    return sorted(counts.items(), key=lambda item: -item[1])
def seconds():
    since = time.process_time()
    work()
    return time.process_time() - since
print(int(min(seconds() for _ in range(15)) * 1e6), os.path.realpath(sys.executable))
'

make_uv() {
    stamped .uv requirements-uv.lock && return
    say "1/2 fetching the installer (uv) into .uv"
    for maker in $found; do # a distribution's own often comes without the module that makes environments
        rm -rf .uv
        if "$maker" -m venv .uv >.cache/venv.log 2>&1; then break; fi
    done
    [ -x .uv/bin/pip ] || {
        cat .cache/venv.log >&2
        fail "no Python 3.11 here can make environments; install its venv module (Debian 12: apt-get install python3-venv) and run this again"
    }
    .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock >&2 ||
        fail "could not fetch uv; look at the lines above, check that the package index is reachable and run this again"
    fingerprint requirements-uv.lock >.uv/.stamp
}

make_venv() {
    say "2/2 installing the packages of requirements.lock into .venv (2 GB; half a minute and the download)"
    if [ -f .venv/.stamp ] && [ -x .venv/bin/python ] && [ "$(cat .venv/.root)" = "$root" ]; then
        rm -f .venv/.stamp
    else
        .uv/bin/uv venv --quiet --clear --python "$python" .venv >&2
        printf '%s\n' "$root" >.venv/.root
    fi
    # A mirror that the installing person gave to pip counts for uv, too.
    index=${PIP_INDEX_URL:-$(.uv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"; fi
    # On a terminal uv draws bars; in a log they and the list of 240 names are noise.
    quiet=$([ -t 2 ] || echo --quiet)
    # shellcheck disable=SC2086 # empty means no argument
    .uv/bin/uv pip sync $quiet --python .venv/bin/python --require-hashes requirements.lock >&2 ||
        fail "could not install the packages; look at the lines above, check disk space and package index and run this again"
    fingerprint requirements.lock >.venv/.stamp
}

stamped .venv requirements.lock && exit 0
mkdir -p .cache
exec 9>.cache/bootstrap.lock
flock -n 9 || { say "another call is installing; waiting for it"; flock 9; }
stamped .venv requirements.lock && exit 0
found=$(pythons)
[ -n "$found" ] ||
    fail "needs Python 3.11 and found none in PATH; install it (Debian 12: apt-get install python3.11 python3-venv) and run this again"
python=$(printf '%s\n' "$found" | head -n 1)
make_uv
make_venv
say "ready"
