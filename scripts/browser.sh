# SPDX-License-Identifier: GPL-2.0
# Functions that run Chromium without a screen; to be sourced. $work is the caller's
# folder of temporary files, with an empty folder "home".
# shellcheck shell=sh disable=SC2154

# The browser's time on a slow machine, in seconds.
seconds_max=30

# browse SCHEME OPTION... URL: run Chromium; its console messages go to the log.
browse()
{
	colours=--force-dark-mode
	[ "$1" = dark ] || colours=--no-default-browser-check
	shift
	[ "$(id -u)" -ne 0 ] || set -- --no-sandbox "$@"
	HOME=$work/home timeout "$seconds_max" chromium --headless=new \
		--disable-gpu --disable-dev-shm-usage --hide-scrollbars \
		--no-first-run --disable-background-networking \
		--user-data-dir="$work/home/profile" --enable-logging=stderr \
		"$colours" "$@" 2>"$work/log"
}

# screenshot SCHEME SIZE PNG HTML: make a picture of a page; SIZE is WIDTH,HEIGHT.
screenshot()
{
	browse "$1" --window-size="$2" --screenshot="$3" "file://$4" &&
		[ -s "$3" ]
}
