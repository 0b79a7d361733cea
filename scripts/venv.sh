#!/bin/sh
# Makes the virtual environment $1 with the first Python of 3.11 or later, and says what to install where there is none.
set -eu
venv="$1"
for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if command -v "$python" >/dev/null 2>&1 &&
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        if ! "$python" -c 'import ensurepip' 2>/dev/null; then
            package="$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
            if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
                apt-get update -qq && apt-get install -y -qq "$package" >/dev/null
            else
                echo "keepwell: $python lacks venv; type: sudo apt-get install $package" >&2
                exit 2
            fi
        fi
        exec "$python" -m venv "$venv"
    fi
done
echo "keepwell: Python 3.11 or later is needed; type: sudo apt-get install python3 python3-venv" >&2
exit 2
