#!/bin/bash
# need.sh WHAT...: makes sure that the machine has what a target needs, one of
# go, cc, postgres, chromium. go is never installed; the others are, through
# apt-get, where that can be done without asking. Else one sentence says how to
# get it, and the exit code is 1.
set -u

have() {
	case $1 in
	go) command -v "${GO:-go}" >/dev/null ;;
	cc) command -v "${CC:-cc}" >/dev/null || command -v gcc >/dev/null ;;
	postgres) { command -v initdb && command -v postgres || ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 ;;
	chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ;;
	*) echo "need.sh: unknown: $1" >&2 && exit 2 ;;
	esac
}

packages() {
	case $1 in
	cc) echo gcc libc6-dev ;;
	postgres) echo postgresql ;;
	chromium) echo chromium fonts-noto-cjk ;;
	esac
}

say_how() {
	case $1 in
	go) echo "Go is missing: get it from https://go.dev/dl/ (this project needs $(sed -n 's/^go //p' go.mod) or later) and put its bin folder in PATH." ;;
	cc) echo "A C compiler is missing (the embedded database is C): apt-get install gcc libc6-dev" ;;
	postgres) echo "The PostgreSQL server is missing (every test of the store runs on it too): apt-get install postgresql" ;;
	chromium) echo "A browser is missing (the end-to-end tests use it): apt-get install chromium; make test-fast leaves them out." ;;
	esac >&2
}

install() {
	command -v apt-get >/dev/null || return 1
	local as=()
	if [ "$(id -u)" != 0 ]; then
		sudo -n true 2>/dev/null || return 1
		as=(sudo -n)
	fi
	echo "installing $*" >&2
	"${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 </dev/null && return
	"${as[@]}" apt-get update >&2 </dev/null &&
		"${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 </dev/null
}

for what in "$@"; do
	have "$what" && continue
	# shellcheck disable=SC2046 # several packages
	if [ "$what" = go ] || [ "${NEED_INSTALL:-yes}" = no ] || ! install $(packages "$what") || ! have "$what"; then
		say_how "$what"
		exit 1
	fi
done
