# Whatever is killed, the next run passes and nothing is left behind.

helper_good() { kdev_exits 0 run --no-test --settle 100ms "$M/good.ko"; }

# helper_killed SERVICE: kill -9 it, then run
helper_killed() {
	local pid
	helper_good || return 1
	pid=$(pid_of "$1") && [ "$pid" -gt 1 ] || return 1
	kill -9 "$pid"
	sleep "${2:-0.5}"
	helper_good
}

a_killed_dnsmasq_costs_nothing() { helper_killed dnsmasq; }
a_killed_nfs_server_costs_nothing() { helper_killed nfs; }
a_killed_qemu_is_started_again() { helper_killed qemu; }
an_nfs_server_that_can_not_start_ends_a_run_at_once_and_its_cause_gone_the_next_passes() {
	local up
	helper_good && kdev_exits 0 power reset || return 1
	"$BUILD/kdev" --config "$work/kdev.conf" up >"$work/up" 2>&1 &
	up=$!
	sleep 2
	rm "$S/boards/$board/ganesha.conf" && kill -9 "$(pid_of nfs)"
	wait $up
	[ $? = 125 ] || { echo "exit status is not 125"; cat "$work/up"; return 1; }
	grep -q 'nfs ends again and again (see .*/nfs.log): .*ganesha.conf' "$work/up" || { cat "$work/up"; return 1; }
	helper_good
}
a_killed_attendant_is_replaced_and_the_board_adopted() {
	local qemu
	helper_good || return 1
	qemu=$(pid_of qemu)
	kill -9 "$(pid_of attendant)"
	helper_good && [ "$(pid_of qemu)" = "$qemu" ]
}

# It is stopped first: not a byte of the crash comes to it.
a_crash_that_the_attendant_did_not_live_to_tell_is_found_in_the_log() {
	local run pid
	kdev run --test 'sleep 20' "$M/delayed_oops.ko" delay_ms=4000 >"$work/untold" 2>&1 &
	run=$!
	for i in $(seq 100); do grep -q '"test"' "$(last_run)/run.json" && break; sleep 0.1; done
	pid=$(pid_of attendant)
	kill -STOP "$pid"
	sleep 5
	kill -9 "$pid"
	wait $run
	[ $? = 3 ] || { cat "$work/untold"; return 1; }
	json "$(last_run)/run.json" 'r["crashes"][0]["signature"] and r["crashes"][0]["function"]=="delayed_oops_fire"' &&
		grep -q 'Kernel panic' "$(last_run)/console.raw" && grep -q 'RIP: ' "$(last_run)/crash-1/report.txt" && record_is_valid &&
		helper_good
}

a_killed_run_leaves_a_true_record_and_a_usable_board() {
	local run
	kdev run --test 'sleep 30' "$M/good.ko" >/dev/null 2>&1 &
	run=$!
	for i in $(seq 100); do grep -q '"load"' "$(last_run)/run.json" && break; sleep 0.1; done
	sleep 1
	kill -9 "$(pgrep -P $run || echo $run)"
	wait $run 2>/dev/null
	json "$(last_run)/run.json" 'r["verdict"]=="interrupted"' && helper_good
}

ctrl_c_leaves_the_board_usable_and_says_so() {
	local run
	"$BUILD/kdev" --config "$work/kdev.conf" run --test 'sleep 30' "$M/good.ko" >"$work/int" 2>&1 &
	run=$!
	for i in $(seq 100); do grep -q '"load"' "$(last_run)/run.json" 2>/dev/null && break; sleep 0.1; done
	sleep 0.5
	kill -INT $run
	wait $run
	[ $? = 130 ] || { echo "exit status is not 130"; cat "$work/int"; return 1; }
	grep -q 'interrupted' "$work/int" && helper_good
}

two_runs_at_once_do_not_share_the_board() {
	"$BUILD/kdev" --config "$work/kdev.conf" run --test 'sleep 3' "$M/good.ko" >/dev/null 2>&1 &
	sleep 1.5
	kdev_exits 125 run "$M/good.ko" && says 'in use'
	local code=$?
	wait $!
	return $code
}

# RESETS=20 for a longer trial
the_console_is_whole_over_many_resets() {
	local i n=${RESETS:-3}
	kdev_exits 0 up || return 1
	for i in $(seq "$n"); do
		kdev_exits 0 power reset && kdev_exits 0 up || return 1
	done
	# init says of each boot that it is ready, with the boot's own id
	python3 - "$S/boards/$board/console.raw" "$n" <<'EOF'
import re, sys
data = open(sys.argv[1], 'rb').read()
boots = set(re.findall(rb'kdev-init: ready in [^\r\n]*', data))
print('%d boots in the capture' % len(boots))
sys.exit(0 if len(boots) > int(sys.argv[2]) else 1)
EOF
}

two_consoles_see_the_same_bytes() {
	kdev console </dev/null >"$work/a" 2>/dev/null & local a=$!
	kdev console </dev/null >"$work/b" 2>/dev/null & local b=$!
	sleep 0.5
	kdev_exits 0 run --no-test --settle 300ms "$M/good.ko" || return 1
	kill $a $b; wait $a $b 2>/dev/null
	grep -aq 'good:' "$work/a" && grep -aq 'good:' "$work/b"
}

down_leaves_nothing() {
	kdev_exits 0 down || return 1
	! ip netns list | grep -q kdev-check && ! grep -q "$work" /proc/mounts &&
		! pgrep -f "$work" >"$out" && [ ! -e "$S/boards/$board/attendant.sock" ]
}

down_after_a_killed_attendant_leaves_nothing() {
	kdev_exits 0 up || return 1
	kill -9 "$(pid_of attendant)"
	kdev_exits 0 down || return 1
	! ip netns list | grep -q kdev-check && ! pgrep -f "boards/check" >"$out"
}

helper_of() { python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$out" "$1"; }

# helper_other_build: the same program under another build id, in $work/bin
helper_other_build() {
	mkdir -p "$work/bin" && cp -r "$BUILD/client" "$work/bin/" && python3 - "$BUILD/kdev" "$work/bin/kdev" <<'PY'
import subprocess, sys
note = subprocess.run(["readelf", "-n", sys.argv[1]], capture_output=True, text=True).stdout
own = bytes.fromhex(note.split("Build ID: ")[1].split()[0])
data = open(sys.argv[1], "rb").read()
assert data.count(own) == 1
open(sys.argv[2], "wb").write(data.replace(own, own[::-1]))
PY
	chmod +x "$work/bin/kdev"
}

an_idle_attendant_of_another_build_is_replaced_and_the_board_goes_on() {
	local boot pid
	helper_other_build && kdev_exits 0 up && kdev_exits 0 --json status || return 1
	boot=$(helper_of 'r["board"]["boot_id"]') pid=$(helper_of 'r["pid"]')
	"$work/bin/kdev" --config "$work/kdev.conf" status >"$out" 2>&1 && says 'attendant is of another build of kdev.*kdev down ends it' || return 1
	"$work/bin/kdev" --config "$work/kdev.conf" run --no-test --settle 0ms "$M/good.ko" >"$out" 2>&1 || { cat "$out"; return 1; }
	! grep -q 'another build' "$out" && "$work/bin/kdev" --config "$work/kdev.conf" --json status >"$out" 2>/dev/null &&
		[ "$(helper_of 'r["board"]["boot_id"]')" = "$boot" ] && [ "$(helper_of 'r["pid"]')" != "$pid" ]
}

one_that_is_in_use_is_told_of_and_left_alone() {
	local run pid code
	pid=$("$work/bin/kdev" --config "$work/kdev.conf" --json status | python3 -c 'import json,sys; print(json.load(sys.stdin)["pid"])')
	"$work/bin/kdev" --config "$work/kdev.conf" run --no-test --settle 8s "$M/good.ko" >"$work/other" 2>&1 &
	run=$!
	sleep 2
	kdev_exits 125 run --no-test "$M/good.ko" && says 'attendant is of another build of kdev' && says 'in use by another kdev'
	code=$?
	wait $run || { cat "$work/other"; return 1; }
	kdev_exits 0 down
	return $code
}
