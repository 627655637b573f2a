# Verdicts and exit codes of single runs, and the board is back for the next one without any hand.
# The tour of all sample modules is in 50-loop.sh.

# helper_verdict NAME EXIT [WHAT THE REASON SAYS]
helper_verdict() {
	kdev_exits "$2" run "$M/$1.ko" && record_is_valid || return 1
	[ -z "${3:-}" ] || says "$3" || return 1
	if [ "$2" = 3 ]; then
		json "$(last_run)/run.json" 'r["verdict"]=="crash" and len(r["crashes"])>=1' &&
			json "$(last_run)/run.json" "r['crashes'][0]['module']=='$1'" &&
			[ -s "$(last_run)/crash-1/report.txt" ] || return 1
	fi
	kdev_exits 0 run --no-test --settle 100ms "$M/good.ko"
}

the_first_run_brings_the_board_up_and_passes() {
	kdev_exits 0 run "$M/good.ko" count=3 && says '^PASS' && record_is_valid &&
		grep -q 'good: ' "$(last_run)/console.raw" && [ -s "$(last_run)/netconsole.raw" ] &&
		[ -s "$(last_run)/timeline.log" ]
}

a_record_names_the_running_kernel_and_its_taint_before_and_after() {
	kdev_exits 0 run --no-test --settle 0ms "$M/good.ko" &&
		json "$(last_run)/run.json" 'len(r["kernel"]["build_id"])==40 and r["kernel"]["taint_before"]>=0 and r["kernel"]["taint_after"]&0x1000'
}

the_way_from_power_on_to_ready_is_told() {
	kdev_exits 0 down && kdev_exits 0 up && kdev_exits 0 --json status &&
		json "$out" 'r["board"]["boot"]["ready_us"] > 0' &&
		json "$out" 'r["board"]["boot"]["firmware_us"] <= r["board"]["boot"]["kernel_us"] <= r["board"]["boot"]["ready_us"]'
}

a_module_whose_init_never_returns_is_a_hang_with_its_function_and_line() {
	kdev_exits 4 run --load-timeout 4s "$M/slow_init.ko" seconds=60 &&
		says 'HANG .*did not return within 4.0 s.*it hangs in slow_init_init, slow_init.c:[0-9]+' &&
		json "$(last_run)/run.json" 'r["crashes"][0]["title"]=="INFO: task hung in slow_init_init" and r["crashes"][0]["step"]=="load"' &&
		record_is_valid && kdev_exits 0 run --no-test --settle 0ms "$M/good.ko"
}
a_test_on_the_board_passes() { kdev_exits 0 run --test 'grep -q ^good /proc/modules' "$M/good.ko"; }
a_test_that_fails_is_a_failure() { kdev_exits 1 run --test 'echo oh no; exit 3' "$M/good.ko" && says 'oh no' && says 'exit status 3'; }
a_test_that_never_ends_is_a_failure() { kdev_exits 1 run --test-timeout 2s --test 'sleep 100' "$M/good.ko" && kdev_exits 0 run --no-test "$M/good.ko"; }
init_fails_is_a_failure() { helper_verdict init_fails 1 'No such device'; }
null_deref_is_a_crash() { helper_verdict null_deref 3 'null_deref'; }
what_a_hung_board_was_asked_is_kept_in_files() {
	kdev_exits 4 run --load-timeout 4s "$M/slow_init.ko" seconds=60 && says 'blocked tasks: hang/blocked-tasks.txt' &&
		record_is_valid || return 1
	local d
	d=$(last_run)
	grep -q 'NMI backtrace for cpu' "$d/hang/all-cpus.txt" && grep -q 'Show Blocked State' "$d/hang/blocked-tasks.txt" &&
		grep -q 'Mem-Info' "$d/hang/memory.txt" && grep -q 'pages reserved' "$d/hang/memory.txt" &&
		json "$d/run.json" 'r["evidence"][0]["by"]=="agent" and all(e["result"] in ("whole", "not-in-this-kernel") for e in r["evidence"])' &&
		json "$d/run.json" 'r["resets"][0]["method"]=="agent"' &&
		kdev_exits 0 report "$(basename "$d")" && says 'hang/all-cpus.txt: backtraces of all CPUs'
}
a_board_without_life_says_in_time_where_it_hangs() {
	kdev_exits 0 up && kdev_exits 4 run "$M/hard_lockup.ko" && says 'it hangs in hard_lockup_spin, hard_lockup.c:[0-9]+' &&
		grep -q 'hard_lockup_spin' "$(last_run)/hang/nmi.txt" &&
		json "$(last_run)/run.json" 'sum(s["took_us"] for s in r["steps"] if s["name"] in ("push","load","probe","collect")) < 15000000'
}
