# kdev power learn on a board whose buttons need to be pressed for a while: a fake relay on a pty behind the
# real serial driver, and a hand that does what such buttons do. LEARN=all for the power button as well.

LEARN=${LEARN:-reset}

# helper_hand RESET_MS [HOLD_MS PRESS_MS]: what moves on the contacts is done to QEMU, if it lasts for so long
helper_hand() {
	python3 - "$work/contacts" "$S/boards/$board/qmp.sock" "$@" <<'END'
import json, os, socket, sys, time
contacts, qmp, reset_ms = sys.argv[1], sys.argv[2], int(sys.argv[3])
hold_ms, press_ms = (int(sys.argv[4]), int(sys.argv[5])) if len(sys.argv) > 4 else (None, None)
on = True
def do(*commands):
    s = socket.socket(socket.AF_UNIX)
    s.connect(qmp)
    f = s.makefile("rw")
    f.readline()
    for c in ("qmp_capabilities",) + commands:
        f.write(json.dumps({"execute": c}) + "\n")
        f.flush()
        while "return" not in json.loads(f.readline()):
            pass
def pressed(button, ms):
    global on
    print(button, ms, "on" if on else "off", flush=True)
    if button == "2" and on and ms >= reset_ms:
        do("system_reset")
    elif button == "1" and on and hold_ms and ms >= hold_ms:
        do("stop")
        on = False
    elif button == "1" and not on and ms >= press_ms:
        do("system_reset", "cont")
        on = True
since = {}
with open(contacts) as f:
    while True:
        line = f.readline().split()
        if len(line) != 3:
            time.sleep(0.01)
        elif line[2] == "closed":
            since[line[1]] = int(line[0])
        elif line[1] in since:
            pressed(line[1], int(line[0]) - since.pop(line[1]))
END
}

# helper_buttons RESET_MS [HOLD_MS PRESS_MS]: relay 1 is across the power button, 2 across the reset button
helper_buttons() {
	kdev -q down
	make -s BUILD="$BUILD" "$BUILD/tests/fake-relay" "$BUILD/tests/pty_port.so" || return 1
	"$BUILD/tests/fake-relay" lcus "$work/relay" >"$work/contacts" &
	relay=$!
	helper_hand "$@" >"$work/hand" 2>&1 &
	hand=$!
	for _ in $(seq 50); do grep -q ready "$work/contacts" && break; sleep 0.1; done
	printf '[board %s]\ntype = virtual\npower = lcus\npower_device = %s\nreset_button = 2\n' "$board" "$work/relay" >"$work/kdev.conf"
	[ "$#" = 1 ] || echo 'power_button = 1' >>"$work/kdev.conf"
	export LD_PRELOAD="$BUILD/tests/pty_port.so"
}

helper_no_buttons() {
	unset LD_PRELOAD
	kdev -q down
	kill "$relay" $(pgrep -P "$hand") "$hand"
	rm -f "$S/boards/$board/learned.conf"
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
}

helper_learns() {
	local learned=$S/boards/$board/learned.conf
	kdev_exits 0 power learn && says 'reset button, 0.50 s: too short: the same boot goes on' &&
		says '^reset_time = 2s ; it needed no more than 1s' && says '^boot_timeout = ' &&
		grep -q '^reset_time = 2s' "$learned" || return 1
	if [ "$LEARN" = all ]; then
		says '^hold_time = 7s' && says '^press_time = 2s' || return 1
	fi
	# They are in force at once, and the board is as it should be.
	kdev_exits 0 power reset && sleep 1 && [ "$(tail -1 "$work/hand" | awk '{ print $1, ($2 >= 1500) }')" = '2 1' ] &&
		kdev_exits 0 run --no-test --settle 0ms "$M/good.ko" &&
		[ "$(tail -1 "$work/contacts" | cut -d' ' -f3)" = open ]
}

the_times_that_the_buttons_need_are_learned() {
	local code
	if [ "$LEARN" = all ]; then helper_buttons 700 4500 700; else helper_buttons 700; fi || return 1
	helper_learns
	code=$?
	[ $code = 0 ] || cat "$out" "$work/hand"
	helper_no_buttons
	return $code
}

learning_is_refused_while_a_run_has_the_board() {
	local run code
	kdev_exits 0 up || return 1
	"$BUILD/kdev" --config "$work/kdev.conf" run --settle 6s "$M/good.ko" >/dev/null 2>&1 &
	run=$!
	sleep 2
	kdev_exits 125 power learn && says 'in use by another kdev'
	code=$?
	wait $run && return $code
}

an_interrupt_leaves_nothing_pressed_and_the_board_usable() {
	local learner code
	helper_buttons 700 && kdev_exits 0 up || return 1
	"$BUILD/kdev" --config "$work/kdev.conf" power learn >"$out" 2>&1 &
	learner=$!
	for _ in $(seq 100); do grep -q closed "$work/contacts" && break; sleep 0.1; done
	sleep 4
	kill -INT $learner
	wait $learner
	code=$?
	[ "$code" = 130 ] && says 'interrupted: nothing is pressed' && [ "$(tail -1 "$work/contacts" | cut -d' ' -f3)" = open ] &&
		[ ! -e "$S/boards/$board/learned.conf" ] && kdev_exits 0 run --no-test --settle 0ms "$M/good.ko"
	code=$?
	[ $code = 0 ] || cat "$out" "$work/hand"
	helper_no_buttons
	return $code
}
