# SPDX-License-Identifier: GPL-2.0
# What the shell scripts share: messages, the cache folder, quiet apt.
# shellcheck shell=sh

say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
	say "$*"
	exit 1
}

# A mistake in the command line, told apart from work that failed.
usage_error()
{
	say "$* (see --help)"
	exit 2
}

# Where downloaded kernels and packages are kept between runs.
cache_dir()
{
	printf '%s\n' "${TCPFIN_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/tcpfin}"
}

# quietly LOG COMMAND...: output goes to LOG and is shown only on failure.
quietly()
{
	quietly_log=$1
	shift
	"$@" >"$quietly_log" 2>&1 </dev/null && return
	quietly_status=$?
	cat "$quietly_log" >&2
	return "$quietly_status"
}

# Run apt-get; root may read its own folders, so no sandbox user is needed.
apt_get()
{
	DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o APT::Sandbox::User=root "$@"
}
