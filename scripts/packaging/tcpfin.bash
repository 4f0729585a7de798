# SPDX-License-Identifier: GPL-2.0
# Completes tcpfin's commands, options and their values in bash. Commands, topics and
# options are those that --help lists; only what a value may be stands here.
# shellcheck shell=bash

# The commands of the program $1.
_tcpfin_commands()
{
	"$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# The topics of the manual of the program $1.
_tcpfin_topics()
{
	"$1" --help 2>/dev/null | sed -n '/^Topics/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# The options of a command: _tcpfin_options PROGRAM COMMAND. Each has a line, and
# after it there what its value is called, if it takes one. In the help options
# stand at the line's beginning, and two spaces end them.
_tcpfin_options()
{
	echo --help
	"$1" "$2" --help 2>/dev/null |
		sed -n '/^  -/{s/^  //;s/   *.*//;s/, /\n/g;p}'
}

# Prints the values of an option: _tcpfin_values OPTION NAME COMMAND.
_tcpfin_values()
{
	case $1:$2:$3 in
	--by:*:summary)
		echo destination raddr rport lport netns comm reason
		;;
	--by:*) echo destination raddr rport lport netns comm ;;
	*:TIME:*) echo 10s 1m 5m 1h ;;
	*:SIZE:*) echo 16M 64M 256M 1G ;;
	esac
}

# Names of processes. Kernel threads, which have no command line, own no sockets.
_tcpfin_processes()
{
	local process name

	for process in /proc/[0-9]*; do
		{
			IFS= read -r -d '' -n1 <"$process/cmdline" &&
				read -r name <"$process/comm" &&
				printf '%s\n' "$name"
		} 2>/dev/null
	done | grep -v '[^a-zA-Z0-9_.-]'
}

# What may follow a word of a filter: a value of its field, or another field.
_tcpfin_filter()
{
	case $1 in
	state | exclude)
		echo all connected synchronized bucket big established \
			syn-sent syn-recv fin-wait-1 fin-wait-2 time-wait \
			close close-wait last-ack listen closing
		;;
	reason)
		echo expired tw-reuse syn-reuse rst-rcvd rst-sent killed \
			netns tproxy refused aborted timeout error
		;;
	closer) echo local remote both none ;;
	how)
		echo open fin rst-sent rst-received timeout fin-wait-2-timeout \
			killed netns-gone tw-refused aborted taken-over error
		;;
	cause)
		echo unread-data linger-0 disconnect linger2 orphan-limit \
			data-after-close syn-after-close not-accepted \
			mptcp-fastclose repair data-beyond-fin retransmission \
			zero-window keepalive user-timeout not-sent
		;;
	comm) _tcpfin_processes ;;
	sport | dport | port | src | dst | host | netns | pid | uid | cgroup) ;;
	*)
		echo and or not state exclude sport dport port src dst host \
			netns pid uid comm reason closer how cause cgroup
		;;
	esac
}

# The word before the one at hand; an operator between them is passed over.
_tcpfin_previous()
{
	local at=$((COMP_CWORD - 1))

	case ${COMP_WORDS[at]} in
	= | == | != | eq | ne | neq) at=$((at - 1)) ;;
	esac
	printf '%s\n' "${COMP_WORDS[at]}"
}

_tcpfin_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# _tcpfin_value OPTION NAME CURRENT COMMAND
_tcpfin_value()
{
	case $2 in
	*FILE*)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$3")
		;;
	*) _tcpfin_words "$(_tcpfin_values "$1" "$2" "$4")" "$3" ;;
	esac
}

# What the value of an option is called, out of the lines $2; nothing if it takes
# none.
_tcpfin_value_of()
{
	local option name

	while read -r option name; do
		[ "$option" != "$1" ] || printf '%s\n' "$name"
	done <<<"$2"
}

_tcpfin()
{
	local program=$1 current=$2 command=${COMP_WORDS[1]}
	local previous options value

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		_tcpfin_words "$(_tcpfin_commands "$program") help --help --version" \
			"$current"
		return
	fi
	if [ "$command" = help ]; then
		_tcpfin_words "$(_tcpfin_commands "$program") $(_tcpfin_topics "$program")" \
			"$current"
		return
	fi
	[ "$current" != = ] || current=
	previous=$(_tcpfin_previous)
	options=$(_tcpfin_options "$program" "$command")
	value=$(_tcpfin_value_of "$previous" "$options")
	case $current,$value in
	*,?*) _tcpfin_value "$previous" "$value" "$current" "$command" ;;
	-*) _tcpfin_words "$(cut -d' ' -f1 <<<"$options")" "$current" ;;
	*)
		! "$program" "$command" --help 2>/dev/null |
			grep -q '^Usage:.*\[FILTER\]' ||
			_tcpfin_words "$(_tcpfin_filter "$previous")" "$current"
		;;
	esac
}

complete -F _tcpfin tcpfin
