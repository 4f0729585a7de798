# SPDX-License-Identifier: GPL-2.0
# Fill a root with packages of another architecture; none of their programs run here.
# shellcheck shell=sh
# The sourcing script, scripts/root, sets $suite, $arch, $flavours and $machine.
# shellcheck disable=SC2154

# The libraries that the reader and its tests link to, and the programs for guests.
# Architecture-independent packages are named without an architecture.
foreign_packages()
{
	cat <<-END
	libc6-dev:$arch
	libjson-c-dev:$arch
	libmnl-dev:$arch
	libsystemd-dev:$arch
	libncurses-dev:$arch
	uthash-dev
	libcmocka-dev:$arch
	libpcap0.8-dev:$arch
	busybox-static:$arch
	dash:$arch
	coreutils:$arch
	grep:$arch
	kmod:$arch
	iproute2:$arch
	nftables:$arch
	tcpdump:$arch
	systemd:$arch
	nginx:$arch
	curl:$arch
	END
	# Debian has no wrk for the others: it is written in LuaJIT.
	[ "$arch" != arm64 ] || echo "wrk:$arch"
	for flavour in $flavours; do
		name=$(flavour_suffix "$flavour" "$arch")
		echo "linux-image-$name:$arch"
		echo "linux-headers-$name:$arch"
	done
}

# Unpack the packages without running their scripts. This machine's architecture is
# named first, so that packages that may have either, such as the kernel's build
# tools, are those that run here.
fill_foreign()
{
	quietly "$1.log" mmdebstrap --variant=extract \
		--architectures="$machine,$arch" \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include="$(foreign_packages | paste -sd,)" \
		"$suite" "$1" "$1.list" &&
		merge_usr "$1" && relocate_links "$1" && relocate_headers "$1" &&
		index_modules "$1"
}

# Make the links from /lib and others into /usr that no package has but base-files.
merge_usr()
{
	for folder in bin sbin lib lib64; do
		[ ! -d "$1/usr/$folder" ] || [ -e "$1/$folder" ] ||
			ln -s "usr/$folder" "$1/$folder" || return
	done
}

# Make absolute symbolic links relative, so that they stay inside the root.
relocate_links()
{
	find "$1" -type l -lname '/*' | while IFS= read -r link; do
		ln -srfT "$1$(readlink "$link")" "$link" || exit
	done
}

# The Makefile of a flavour's headers includes the common headers' Makefile by an
# absolute path: make the path relative.
relocate_headers()
{
	for makefile in "$1"/usr/src/linux-headers-*-"$arch"/Makefile; do
		# shellcheck disable=SC2016 # make expands this
		sed -i 's|/usr/src|$(dir $(lastword $(MAKEFILE_LIST)))..|' \
			"$makefile" || return
	done
}

# Run depmod, as the kernel's package does when it is installed.
index_modules()
{
	for modules in "$1"/lib/modules/*; do
		/sbin/depmod -b "$1" "${modules##*/}" || return
	done
}
