# SPDX-License-Identifier: GPL-2.0
# Functions that the shell scripts share: messages, the cache folder, apt.
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

# A wrong command line exits with 2, failed work with 1.
usage_error()
{
	say "$* (see --help)"
	exit 2
}

# The folder that keeps downloaded kernels and packages between runs.
cache_dir()
{
	printf '%s\n' "${TCPFIN_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/tcpfin}"
}

# The Debian roots that scripts/root has made, one per line.
debian_roots()
{
	for debian_root in "$(cache_dir)"/roots/*-*; do
		[ ! -d "$debian_root" ] || echo "$debian_root"
	done
}

# flavour_suffix FLAVOUR ARCH: the end of a Debian kernel's release, "cloud-amd64".
flavour_suffix()
{
	case $1 in
	generic) echo "$2" ;;
	*) echo "$1-$2" ;;
	esac
}

# The table of foreign architectures: Debian's name, the name of the kernel's folder
# arch/, the compiler's triplet, the Debian root (see scripts/root) that has the
# libraries and programs, and the flavour of kernels that is meant if none is named.
foreign_machines()
{
	cat <<-END
	arm64   arm64 aarch64-linux-gnu bookworm:arm64 cloud
	riscv64 riscv riscv64-linux-gnu forky:riscv64  generic
	s390x   s390  s390x-linux-gnu   bookworm:s390x generic
	END
}

foreign_archs()
{
	foreign_machines | cut -d' ' -f1
}

# foreign_field ARCH FIELD: a field of the table; empty if ARCH is not in it.
foreign_field()
{
	foreign_machines | awk -v arch="$1" -v field="$2" '$1 == arch { print $field }'
}

kernel_arch()
{
	foreign_field "$1" 2
}

triplet_of()
{
	foreign_field "$1" 3
}

foreign_root()
{
	foreign_field "$1" 4
}

# default_flavour ARCH: the kernels that are meant if no flavour is named.
default_flavour()
{
	flavour=$(foreign_field "$1" 5)
	echo "${flavour:-cloud}"
}

# spec_arch RELEASE|SPEC: the foreign architecture that is the end of a kernel's
# release, or of such a name as 6.1-s390x; empty if there is none.
spec_arch()
{
	foreign_archs | grep -x -- "${1##*-}" || :
}

# release_arch RELEASE: a kernel's architecture, the end of its release.
release_arch()
{
	foreign=$(spec_arch "$1")
	echo "${foreign:-$(dpkg --print-architecture)}"
}

# The release of Debian that runs here, such as bookworm.
host_suite()
{
	sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
}

# releases_in ROOT SUFFIX: the kernels whose headers are in ROOT. A digit must
# precede SUFFIX, so that "amd64" does not find "cloud-amd64".
releases_in()
{
	for headers in "$1"/usr/src/linux-headers-*[0-9]-"$2"; do
		[ ! -d "$headers" ] || echo "${headers##*/linux-headers-}"
	done | sort -V
}

# quietly LOG COMMAND...: send the output to LOG and show it only on failure.
quietly()
{
	quietly_log=$1
	shift
	"$@" >"$quietly_log" 2>&1 </dev/null && return
	quietly_status=$?
	cat "$quietly_log" >&2
	return "$quietly_status"
}

# Run apt-get as the calling user: apt's sandbox user could not write to root's
# private folders.
apt_get()
{
	DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o APT::Sandbox::User=root "$@"
}

# debian_archive LABEL: the address of the archive in this machine's apt sources.
# LABEL is Debian or Debian-Security (the archive of security updates).
debian_archive()
{
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(REPO_URI) $(LABEL)' \
		'Created-By: Packages' 'Origin: Debian' 'Component: main' |
		sed -n "s/ $1\$//p" | sed -n 1p
}

# debian_source SUITE ARCHIVE [ARCH]: print a line for sources.list.
debian_source()
{
	options=signed-by=/usr/share/keyrings/debian-archive-keyring.gpg
	echo "deb [$options${3:+ arch=$3}] $2 $1 main"
}
