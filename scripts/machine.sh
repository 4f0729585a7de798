# SPDX-License-Identifier: GPL-2.0
# QEMU's options and the kernel's command line, for each architecture.
# shellcheck shell=sh
# The sourcing script, scripts/vm, sets $here, $top, $image, $release, $realtime,
# $machine_type and $tmp, and uses the variables that are set here.
# shellcheck disable=SC2034,SC2154

# Sets arch, qemu (the program), group (of scripts/deps), console, bus (of virtio
# devices) and built (the folder of the reader and its tests). For a foreign architecture also sets sysroot
# (the folder with its programs and libraries) and loader (the command that runs its
# dynamic loader); otherwise these are empty.
choose_machine()
{
	sysroot=
	loader=
	bus=pci
	arch=$(spec_arch "$release")
	case $arch in
	arm64) choose_foreign ttyAMA0 ld-linux-aarch64.so.1 ;;
	riscv64) choose_foreign ttyS0 ld-linux-riscv64-lp64d.so.1 ;;
	s390x)
		choose_foreign ttysclp0 ld64.so.1
		bus=ccw
		;;
	*) choose_amd64 ;;
	esac
	command -v "$qemu" >/dev/null ||
		vm_fail "no $qemu: run scripts/deps $group"
}

choose_amd64()
{
	arch=amd64
	qemu='qemu-system-x86_64'
	group=vm
	console=ttyS0
	built=$top/tools
}

# choose_foreign CONSOLE LOADER: QEMU's name of an architecture is the compiler's.
choose_foreign()
{
	triplet=$(triplet_of "$arch")
	qemu=qemu-system-${triplet%%-*}
	group=$arch
	console=$1
	built=$top/build/$arch/tools
	sysroot=$("$here/root" "$(foreign_root "$arch")") || exit 125
	libraries=$sysroot/lib/$triplet
	libraries=$libraries:$sysroot/usr/lib/$triplet
	libraries=$libraries:$sysroot/usr/lib/$triplet/systemd
	loader="qemu-${triplet%%-*}-static $sysroot/lib/$2"
	loader="$loader --library-path $libraries"
}

# /dev/kvm may exist and not work. KVM works if a kernel gets as far as the panic
# about its missing root file system. Tried once per boot of this machine.
kvm_works()
{
	[ "$arch" = amd64 ] || return 1
	known=$(cache_dir)/kvm-$(cat /proc/sys/kernel/random/boot_id)
	if ! [ -f "$known" ]; then
		mkdir -p "$(cache_dir)"
		if probe_kvm; then echo yes; else echo no; fi >"$tmp/kvm"
		mv "$tmp/kvm" "$known"
	fi
	grep -q yes "$known"
}

probe_kvm()
{
	[ -r /dev/kvm ] && [ -w /dev/kvm ] || return 1
	timeout -k 1 20 qemu-system-x86_64 -accel kvm -nodefaults \
		-no-user-config -display none -no-reboot -m 512M \
		-kernel "$image" -append 'console=ttyS0 panic=-1' \
		-serial "file:$tmp/probe" >/dev/null 2>&1 </dev/null || :
	grep -q 'Kernel panic - not syncing' "$tmp/probe" 2>/dev/null
}

# Sets machine (QEMU's options) and cmdline (the kernel's command line).
choose_accel()
{
	cmdline="console=$console loglevel=5 panic=-1 oops=panic"
	# Self-tests of the crypto algorithms would take a fifth of the boot.
	cmdline="$cmdline cryptomgr.notests"
	"machine_$arch"
	if [ -z "$realtime" ]; then
		machine="$machine $processor -accel tcg -icount shift=0,sleep=off"
	elif kvm_works; then
		machine="$machine -accel kvm -cpu host"
	else
		machine="$machine $processor -accel tcg,thread=multi"
	fi
}

# The machine type "pc" boots 5 % faster than "q35", and "-cpu max" 10 % slower than
# this CPU. Without RDRAND the first program that asks for random bytes spins for
# more than a second.
machine_amd64()
{
	machine="-machine $machine_type"
	processor='-cpu qemu64,+rdrand,+ssse3,+sse4.1,+sse4.2,+popcnt,+pclmulqdq'
	# With icount, loops of PAUSE are very slow: calibrating and checking
	# timers took 4 of 7 s. A single processor can use the HPET instead.
	[ -n "$realtime" ] || cmdline="$cmdline no_timer_check nolapic_timer"
}

# The CPU "max" has pointer authentication (PAC) and branch target identification
# (BTI), as new machines do: both affect probed functions. pauth-impdef: QEMU's own
# algorithm for PAC; with the architecture's, a boot takes three times as long.
machine_arm64()
{
	machine='-machine virt,gic-version=3'
	processor='-cpu max,pauth-impdef=on,sve=off'
}

machine_riscv64()
{
	machine='-machine virt'
	processor='-cpu rv64'
}

machine_s390x()
{
	machine='-machine s390-ccw-virtio'
	processor='-cpu max'
}
