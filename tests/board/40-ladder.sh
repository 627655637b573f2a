# A board whose reset button is not wired: the ladder goes on. One that nothing helps is given up.

# helper_power_script RESET OFF: a power program whose buttons do that (shell commands)
helper_power_script() {
	cat >"$work/power" <<END
#!/bin/bash
echo "\$1" >>"$work/pressed"
	qmp() { python3 - "$S/boards/$board/qmp.sock" "\$@" <<'PY'
import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
f = s.makefile("rw")
f.readline()
for c in ["qmp_capabilities"] + sys.argv[2:]:
    f.write(json.dumps({"execute": c}) + "\n")
    f.flush()
    while "return" not in json.loads(f.readline()):
        pass
PY
}
case \$1 in
reset) $1 ;;
nmi) exit 69 ;;
off) $2 ;;
on) $3 ;;
status) exit 2 ;;
esac
END
	chmod +x "$work/power"
	: >"$work/pressed"
	kdev -q down >/dev/null 2>&1
	printf '[board %s]\ntype = virtual\npower = command\npower_device = %s\nreset_timeout = 3s\nrecovery = %s\n' \
		"$board" "$work/power" "$4" >"$work/kdev.conf"
}

helper_power_of_qemu() {
	kdev -q down >/dev/null 2>&1
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
}

a_reset_button_that_does_nothing_is_followed_by_the_power_button() {
	helper_power_script true 'qmp stop' 'qmp system_reset cont' 'reset, hold' || return 1
	kdev_exits 4 run "$M/hard_lockup.ko" && record_is_valid &&
		json "$(last_run)/run.json" 'r["resets"][0]["method"]=="hold" and r["resets"][0]["verified"]' &&
		[ "$(tr '\n' ' ' <"$work/pressed")" = "nmi reset off on " ] &&
		grep -q 'reset button: no sign of a boot within 3.0 s; power button: its firmware started' "$(last_run)/timeline.log" &&
		kdev_exits 0 run --no-test --settle 0ms "$M/good.ko"
	local code=$?
	[ $code = 0 ] || cat "$work/pressed"
	helper_power_of_qemu
	return $code
}

# Its buttons do what they should until it is up.
a_board_that_nothing_helps_is_given_up_in_time_with_the_whole_story() {
	local start code dead="[ -e '$work/dead' ]"
	helper_power_script "$dead || qmp system_reset" "$dead || qmp stop" "$dead || qmp system_reset cont" 'reset, hold' &&
		kdev_exits 0 up && touch "$work/dead" || return 1
	start=$SECONDS
	kdev_exits 4 run --settle 0ms "$M/hard_lockup.ko" && [ $((SECONDS - start)) -lt 60 ] &&
		says 'could not be brought back: reset button: no sign of a boot within 3.0 s; power button: no sign' &&
		kdev_exits 125 run --settle 0ms "$M/good.ko" && says 'reset button: no sign'
	code=$?
	helper_power_of_qemu
	return $code
}

the_next_run_on_a_mended_board_passes() { kdev_exits 0 run --settle 0ms "$M/good.ko"; }
