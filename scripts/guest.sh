# SPDX-License-Identifier: GPL-2.0
# Build the virtual machine's file tree: busybox, kernel modules, programs.
# shellcheck shell=sh
# The sourcing script, scripts/vm, sets $root (the tree) and $tmp (scratch), defines
# vm_fail(), and has called choose_machine() of scripts/machine.sh.
# shellcheck disable=SC2154

# The modules that tests and users need and Debian's cloud kernel has not built in.
# Modules that a kernel lacks or has built in are skipped.
guest_modules='virtio_pci virtio_console veth tun dummy bridge sch_netem
	inet_diag tcp_diag nf_tables nft_chain_nat nft_nat nft_tproxy
	nf_tproxy_ipv4 nf_tproxy_ipv6 xt_TPROXY xt_mark iptable_mangle
	ip6table_mangle'

# Create the folders. /lib and others are links into /usr, as Debian's merged /usr:
# a library must land in the same place whether ldd names it /lib/... or /usr/lib/...
guest_tree()
{
	mkdir -p "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" \
		"$root/usr/lib64" "$root/proc" "$root/sys" "$root/dev" \
		"$root/run" "$root/tmp" "$root/root" "$root/etc" \
		"$root/var/tmp" "$root/var/log" "$root/vm"
	for link in bin sbin lib lib64; do
		ln -s "usr/$link" "$root/$link"
	done
	chmod 1777 "$root/tmp" "$root/var/tmp"
	ln -s ../run "$root/var/run"
	ln -s ../proc/self/mounts "$root/etc/mtab"
	guest_etc
}

guest_etc()
{
	cat >"$root/etc/passwd" <<-END
	root:x:0:0:root:/root:/bin/sh
	www-data:x:33:33:www-data:/var/www:/bin/false
	nobody:x:65534:65534:nobody:/:/bin/false
	END
	cat >"$root/etc/group" <<-END
	root:x:0:
	adm:x:4:
	www-data:x:33:
	nogroup:x:65534:
	END
	cat >"$root/etc/hosts" <<-END
	127.0.0.1 localhost tcpfin
	::1 localhost
	END
}

# Copy busybox; guest-init makes the links for its tools.
guest_busybox()
{
	busybox=$(guest_program busybox) ||
		vm_fail "no busybox: run scripts/deps vm"
	! guest_ldd "$busybox" >/dev/null 2>&1 ||
		vm_fail "$busybox is not static: run scripts/deps vm"
	cp "$busybox" "$root/usr/bin/busybox"
	# The kernel loads modules on demand through this path.
	ln -s ../bin/busybox "$root/usr/sbin/modprobe"
}

# The guest's sh is dash, as on Debian: busybox sh prefers its own applets to the
# programs in PATH, so that the real ip would never run.
guest_shell()
{
	guest_copy "$sysroot/bin/dash" /bin/dash
	ln -s dash "$root/usr/bin/sh"
}

# guest_program NAME: print a program's path. Systemd's daemons are in no PATH, so
# /lib/systemd is searched, too. Changes PATH: call it in a subshell.
guest_program()
{
	if [ -n "$sysroot" ]; then
		PATH=$sysroot/usr/bin:$sysroot/bin:$sysroot/usr/sbin:$sysroot/sbin
		PATH=$PATH:$sysroot/lib/systemd
	else
		PATH=$PATH:/usr/sbin:/sbin:/lib/systemd
	fi
	command -v "$1"
}

# guest_ldd FILE: as ldd; a foreign program's libraries are asked of its own loader.
# Fails for a static program.
guest_ldd()
{
	if [ -z "$sysroot" ]; then
		ldd "$1"
	else
		# shellcheck disable=SC2086 # loader is a list of words
		$loader --verify "$1" && $loader --list "$1"
	fi
}

# guest_libraries FILE: copy a program's shared libraries and its loader into the
# guest, to the same paths.
guest_libraries()
{
	libraries=$(guest_ldd "$1" 2>/dev/null) || return 0
	case $libraries in
	*'not found'*) vm_fail "a library of $1 is missing" ;;
	esac
	for library in $(echo "$libraries" | grep -o "$sysroot/[^ ]*"); do
		place=$root${library#"$sysroot"}
		[ -e "$place" ] && continue
		mkdir -p "${place%/*}"
		cp -L "$library" "$place"
	done
}

# guest_copy FILE PATH: copy a file or folder, programs with their libraries.
guest_copy()
{
	mkdir -p "$root${2%/*}"
	if [ -d "$1" ]; then
		mkdir -p "$root$2"
		cp -a "$1/." "$root$2"
		find "$1" -type f -perm /111 >"$tmp/programs"
		while IFS= read -r program; do
			guest_libraries "$program"
		done <"$tmp/programs"
	else
		cp -L --preserve=mode,timestamps --remove-destination \
			"$1" "$root$2"
		! [ -x "$1" ] || guest_libraries "$1"
	fi
}

# guest_add FILE[:PATH]: see --add in the help of scripts/vm.
guest_add()
{
	file=$1
	path=
	case $1 in
	*:/*)
		file=${1%:/*}
		path=/${1##*:/}
		;;
	esac
	case $file in
	/*) : "${path:=$file}" ;;
	*/*) : "${path:=/root/$(basename "$file")}" ;;
	*)
		name=$file
		file=$(guest_program "$name") ||
			usage_error "no program '$name'"
		: "${path:=${file#"$sysroot"}}"
		;;
	esac
	[ -e "$file" ] || usage_error "no file '$file'"
	guest_copy "$file" "${path%/}"
}

# guest_kernel_modules RELEASE DIR: copy $guest_modules and the modules that they
# need from DIR/lib/modules/RELEASE.
guest_kernel_modules()
{
	modules=lib/modules/$1
	mkdir -p "$root/$modules"
	[ -d "$2/$modules" ] || return 0
	# -C /dev/null: ignore this machine's modprobe.d.
	# shellcheck disable=SC2086 # a list of words
	/sbin/modprobe -a -C /dev/null -S "$1" -d "$2" --show-depends \
		$guest_modules 2>/dev/null |
		sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u >"$tmp/modules"
	while IFS= read -r file; do
		guest_kernel_module "$file" "$root/${file#"$2/"}"
	done <"$tmp/modules"
	cp "$2/$modules"/modules.builtin* "$2/$modules"/modules.order \
		"$root/$modules/"
	/sbin/depmod -b "$root" "$1"
}

# Uncompress the module: not every busybox insmod can.
guest_kernel_module()
{
	mkdir -p "${2%/*}"
	case $1 in
	*.xz) xz -dc "$1" >"${2%.xz}" ;;
	*.zst) zstd -qdc "$1" >"${2%.zst}" ;;
	*.gz) gzip -dc "$1" >"${2%.gz}" ;;
	*) cp -L "$1" "$2" ;;
	esac
}

# Give the guest's shell this terminal's size, its type, and the descriptions of types:
# the usual ones, which Debian has in /lib/terminfo, and this one. A type that this
# machine does not know either is taken for the most common.
guest_terminal()
{
	stty -a | sed -n 's/.*rows \([0-9]*\); columns \([0-9]*\).*/rows \1 cols \2/p' \
		>"$root/vm/stty"
	guest_copy /lib/terminfo /lib/terminfo
	type=${TERM:-linux}
	for dir in /etc/terminfo /lib/terminfo /usr/share/terminfo; do
		file=$dir/$(printf %.1s "$type")/$type
		[ -f "$file" ] || continue
		guest_copy "$file" "$file"
		echo "$type" >"$root/vm/term"
		return
	done
	echo xterm-256color >"$root/vm/term"
}

# Pack the initrd, uncompressed: for an emulated CPU copying is cheaper.
guest_pack()
{
	(cd "$root" && find . -print0 |
		cpio --quiet --null -o -H newc -R 0:0) >"$1"
}
