#!/bin/sh
# Makes .venv with a Python of 3.11 to 3.13, unless a working one is there.
set -eu

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

if [ -x .venv/bin/python ] && fits .venv/bin/python; then
    exit 0
fi
for python in python3 python3.13 python3.12 python3.11; do
    if command -v "$python" >/dev/null && fits "$python"; then
        echo "Making .venv with $("$python" --version) ..."
        rm -rf .venv
        "$python" -m venv .venv || {
            echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2
            exit 1
        }
        exit 0
    fi
done
echo "Python 3.11, 3.12 or 3.13 is needed; none of python3, python3.11, python3.12, python3.13 is one of them." >&2
exit 1
