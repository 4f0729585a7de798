# SPDX-License-Identifier: GPL-2.0
# Fill a root with packages of another architecture, of which none is run here.
# shellcheck shell=sh
# The sourcing script, scripts/root, sets $suite, $arch, $flavours and $machine.
# shellcheck disable=SC2154

# What programs link to, and what runs in a guest. A package that is the same for
# all architectures is named without one.
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
	wrk:$arch
	curl:$arch
	END
	for flavour in $flavours; do
		name=$(flavour_suffix "$flavour" "$arch")
		echo "linux-image-$name:$arch"
		echo "linux-headers-$name:$arch"
	done
}

# Packages are unpacked, and none of their scripts run. Of those that may be of any
# architecture, as the kernel's build tools, this machine's are taken, which is
# named first.
fill_foreign()
{
	quietly "$1.log" mmdebstrap --variant=extract \
		--architectures="$machine,$arch" \
		--include="$(foreign_packages | paste -sd,)" \
		"$suite" "$1" "$1.list" &&
		relocate_links "$1" && relocate_headers "$1" && index "$1"
}

# A link that begins at the root of the file system has to begin here.
relocate_links()
{
	find "$1" -type l -lname '/*' | while IFS= read -r link; do
		ln -srfT "$1$(readlink "$link")" "$link" || exit
	done
}

# The same for the file that the headers of a flavour include.
relocate_headers()
{
	for makefile in "$1"/usr/src/linux-headers-*-"$arch"/Makefile; do
		# shellcheck disable=SC2016 # for make
		sed -i 's|/usr/src|$(dir $(lastword $(MAKEFILE_LIST)))..|' \
			"$makefile" || return
	done
}

# What the kernel's package does when it is installed.
index()
{
	for modules in "$1"/lib/modules/*; do
		/sbin/depmod -b "$1" "${modules##*/}" || return
	done
}
