# Loops: every iteration counted once, whatever dies; every scenario as it says.

helper_loop_is_exact() { # LOOP-DIR ONE_IN SEED N: no iteration twice or lost, every injected crash found
	python3 - "$@" <<'PYTHON'
import json, sys
M = (1 << 64) - 1
def mix(x):
    x = (x + 0x9e3779b97f4a7c15) & M
    x = ((x ^ (x >> 30)) * 0xbf58476d1ce4e5b9) & M
    x = ((x ^ (x >> 27)) * 0x94d049bb133111eb) & M
    return x ^ (x >> 31)
path, one_in, seed, n = sys.argv[1], *map(int, sys.argv[2:])
ends = [e for e in map(json.loads, open(path + "/journal.jsonl")) if e["ev"] == "end"]
crashed = [e for e in ends if e["verdict"] == "crash"]
want = [i for i in range(n) if (mix(mix(seed) ^ i) >> 32) % one_in == 0]
problems = []
if [e["i"] for e in ends] != list(range(n)):
    problems.append("iterations in the journal: %s" % [e["i"] for e in ends])
if [e["i"] for e in crashed] != want:
    problems.append("crashes in iterations %s, injected in %s" % ([e["i"] for e in crashed], want))
if len({e["signature"] for e in crashed}) > 1:
    problems.append("more than one signature")
if not want:
    problems.append("nothing was injected: another seed is needed")
sys.exit("\n".join(problems) or 0)
PYTHON
}

helper_last_loop() { ls -td "$S"/loops/*/ | head -1 | sed 's,/$,,'; }

a_module_is_loaded_so_many_times_each_with_its_record() {
	kdev_exits 0 loop --count 50 "$M/good.ko" && says '50 iterations, 50 as expected, 0 not' &&
		[ "$(grep -c '"ev":"end"' "$(helper_last_loop)/journal.jsonl")" = 50 ] &&
		json "$(helper_last_loop)/loop.json" 'r["state"]=="done" and r["done"]==50 and r["verdicts"]=={"pass":50}' &&
		record_is_valid
}

each_injected_crash_is_found_in_its_iteration() {
	kdev_exits 3 loop --count 40 --seed 3 "$M/random_oops.ko" one_in=20 'seed={seed}' 'iteration={iteration}' &&
		helper_loop_is_exact "$(helper_last_loop)" 20 3 40 && record_is_valid
}

# The loop and its attendant are killed in turn, at random points. ITERATIONS=1000 KILLS=50 KILL_S=12 for a long trial.
a_loop_whose_parts_are_killed_goes_on_where_it_was() {
	local pid k n=${ITERATIONS:-30} kills=${KILLS:-3} one_in
	one_in=$((n / 2))
	[ "$one_in" -le 100 ] || one_in=100
	RANDOM=1
	kdev loop --count "$n" --seed 3 "$M/random_oops.ko" one_in=$one_in 'seed={seed}' 'iteration={iteration}' >"$out" 2>&1 </dev/null &
	for k in $(seq "$kills"); do
		sleep $((RANDOM % ${KILL_S:-4})).$((RANDOM % 10))
		if [ $((k % 2)) = 0 ]; then
			pid=$(pid_of attendant) && kill -9 "$pid"
			continue
		fi
		pid=$(pgrep -x -f "$BUILD/kdev --config $work/kdev.conf loop .*" | head -1)
		[ -n "$pid" ] || break
		kill -9 "$pid"
		wait
		kdev loop --resume >>"$out" 2>&1 </dev/null &
	done
	wait
	echo "killed $k of $kills times" >>"$out"
	[ "$k" = "$kills" ] && helper_loop_is_exact "$(helper_last_loop)" $one_in 3 "$n" || { cat "$out"; return 1; }
}

# Cut off as by a power cut, and its file spoilt since: what the loop had at its beginning is what goes on.
a_scenario_that_was_cut_off_goes_on_as_it_began() {
	printf '[scenario]\nrepeat = 400\n[case good]\nmodule = good.ko\n' >"$work/night.ini"
	kdev loop --modules "$M" "$work/night.ini" >"$out" 2>&1 </dev/null &
	sleep 3
	kill -9 "$(pgrep -x -f "$BUILD/kdev --config $work/kdev.conf loop .*" | head -1)"
	wait
	echo 'nonsense' >"$work/night.ini"
	kdev_exits 0 loop --continue "$work/night.ini" && says '400 iterations, 400 as expected, 0 not' &&
		[ "$(grep -c '"ev":"end"' "$(helper_last_loop)/journal.jsonl")" = 400 ]
}

the_living_line_fits_the_terminal() {
	kdev_exits 0 up || return 1
	TERM=xterm script -qec "stty cols 40; '$BUILD/kdev' --config '$work/kdev.conf' loop --count 100 '$M/good.ko'" "$work/typescript" >/dev/null </dev/null
	tr '\r' '\n' <"$work/typescript" | sed 's/\x1b\[K//' | grep ' of 100, ' >"$out" && [ "$(wc -L <"$out")" -lt 40 ] || { cat "$out"; return 1; }
}

an_interrupted_loop_tells_what_was_done_and_can_go_on() {
	local pid
	kdev loop --count 2000 "$M/good.ko" >"$out" 2>&1 </dev/null &
	sleep 6
	pid=$(pgrep -x -f "$BUILD/kdev --config $work/kdev.conf loop .*" | head -1)
	kill -INT "$pid"
	wait
	says 'interrupted' && says 'iterations, .* as expected, 0 not' &&
		json "$(helper_last_loop)/loop.json" 'r["state"]=="interrupted" and r["next"]==r["done"] < 2000'
}

what_crashes_always_is_put_in_quarantine() {
	printf '[scenario]\nquarantine = 2\n[case null_deref]\nmodule = null_deref.ko\n' >"$work/q.ini"
	kdev_exits 3 loop --count 1000 --modules "$M" "$work/q.ini" && says 'in quarantine' &&
		json "$(helper_last_loop)/loop.json" 'r["done"]==2 and r["cases"][0]["quarantined"]'
}

the_smoke_scenario_passes() { kdev_exits 0 loop --modules "$M" scenarios/smoke.ini; }
the_ktap_scenario_passes() { kdev_exits 0 loop --modules "$M" scenarios/ktap.ini; }
the_sweep_scenario_passes() { kdev_exits 0 loop --modules "$M" scenarios/sweep.ini; }
every_sample_module_is_seen_for_what_it_is() { kdev_exits 0 loop --modules "$M" scenarios/crash-tour.ini && says '16 iterations, 16 as expected'; }

# A line of the module's own source is among each crash's frames, and the record is as the schema says.
every_crash_of_that_tour_has_its_line_of_source() {
	python3 - "$(helper_last_loop)/journal.jsonl" "$S/runs" docs/run.schema.json <<'PYTHON'
import json, jsonschema, sys
journal, runs, schema = sys.argv[1:]
schema, problems, seen = json.load(open(schema)), [], 0
for e in map(json.loads, open(journal)):
    if e["ev"] != "run":
        continue
    r = json.load(open("%s/%s/run.json" % (runs, e["run"])))
    jsonschema.validate(r, schema)
    name = r["module"]["name"]
    if r["verdict"] in ("crash", "hang"):
        seen += 1
        c = r["crashes"][0]
        at = [c["source"]] + [f["source"] for f in c["frames"]]
        if not any(s and s["line"] and s["file"].endswith("/%s.c" % name) for s in at):
            problems.append("%s: %s, %s" % (name, c["function"], c["source"]))
        if not open("%s/%s/crash-1/report.txt" % (runs, e["run"])).read():
            problems.append(name + ": its report is empty")
if seen != 12:
    problems.append("%d crashes and hangs, 12 expected" % seen)
sys.exit("\n".join(problems) or 0)
PYTHON
}

results_of_a_test_are_in_the_record() {
	kdev_exits 1 run --settle 0ms --test 'printf "TAP version 13\n1..3\nok 1 a\nnot ok 2 b\nok 3 c # SKIP no\n"' "$M/good.ko" &&
		says '1 of 3 tests failed: b' && record_is_valid &&
		json "$(last_run)/run.json" '[x["outcome"] for x in r["results"]]==["pass","fail","skip"]'
}

a_mistake_in_a_scenario_is_told_with_its_line() {
	printf '[scenario]\nmodul = good.ko\n' >"$work/bad.ini"
	kdev_exits 129 loop "$work/bad.ini" && one_line && says 'bad.ini:2: modul: unknown key, did you mean .module.'
}
