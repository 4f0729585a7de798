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

# The Debian roots that scripts/root has made, one a line.
debian_roots()
{
	for debian_root in "$(cache_dir)"/roots/*-*; do
		[ ! -d "$debian_root" ] || echo "$debian_root"
	done
}

# flavour_suffix FLAVOUR ARCH: what Debian ends a kernel's release with.
flavour_suffix()
{
	case $1 in
	generic) echo "$2" ;;
	*) echo "$1-$2" ;;
	esac
}

# The root (see scripts/root) with the programs that run on arm64.
# shellcheck disable=SC2034 # for those that source this
arm64_root=bookworm:arm64

# The architecture of a kernel: Debian ends the names of releases with it.
release_arch()
{
	case $1 in
	*-arm64) echo arm64 ;;
	*) dpkg --print-architecture ;;
	esac
}

# releases_in ROOT SUFFIX: the kernels whose headers are there. Before the suffix
# is a digit: "amd64" must not find "cloud-amd64".
releases_in()
{
	for headers in "$1"/usr/src/linux-headers-*[0-9]-"$2"; do
		[ ! -d "$headers" ] || echo "${headers##*/linux-headers-}"
	done | sort -V
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

# debian_archive LABEL: the address of Debian's archive that this machine uses:
# LABEL is Debian, or Debian-Security, which has other suites.
debian_archive()
{
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format '$(REPO_URI) $(LABEL)' \
		'Created-By: Packages' 'Origin: Debian' 'Component: main' |
		sed -n "s/ $1\$//p" | sed -n 1p
}

# debian_source SUITE ARCHIVE [ARCH]: a line of sources.list.
debian_source()
{
	options=signed-by=/usr/share/keyrings/debian-archive-keyring.gpg
	echo "deb [$options${3:+ arch=$3}] $2 $1 main"
}
