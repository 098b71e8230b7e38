#!/bin/sh
# The exact versions, with hashes, for every supported Python: requirements-dev.lock, and its part for running.
set -eu

UV_VERSION=0.13.9
[ -x var/uv/bin/uv ] || python3 -m venv var/uv
var/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"

compile() {
    # No index address in the files: whoever installs uses his own.
    var/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" "$@"
}
compile pyproject.toml --extra dev --output-file requirements-dev.lock
compile pyproject.toml --constraints requirements-dev.lock --output-file requirements.lock
# The peers of one benchmark stand apart: they come with packages of other versions than the portal's.
compile --group pyproject.toml:bench --output-file requirements-bench.lock
