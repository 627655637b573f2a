# Whatever dies in the middle of a press, the button is let go: the whole of kdev, with a fake relay on
# a pty behind the real serial driver. SWEEP=60 for more points.

SWEEP=${SWEEP:-12}
PULSE_MS=500
HOLD_MS=4000

helper_relay() {
	make -s BUILD="$BUILD" "$BUILD/tests/fake-relay" "$BUILD/tests/pty_port.so" || return 1
	"$BUILD/tests/fake-relay" lcus "$work/relay" >"$work/contacts" &
	relay=$!
	printf '[board %s]\ntype = virtual\npower = lcus\npower_device = %s\npower_button = 1\nreset_button = 2\nreset_time = %sms\npress_time = %sms\nhold_time = %sms\npower_timeout = 1s\n' \
		"$board" "$work/relay" "$PULSE_MS" "$PULSE_MS" "$HOLD_MS" >"$work/kdev.conf"
}

# helper_kill_all COMMAND: the command, the attendant and who holds the relay
helper_kill_all() {
	local attendant
	attendant=$(pgrep -f "^kdev attendant --board $board ")
	# shellcheck disable=SC2046
	kill -9 "$1" $attendant $(pgrep -P "${attendant:-1}" -f 'relay-holder') 2>/dev/null
}

# helper_longest LINE: how long the contact that was closed longest, from that line on, was closed, in ms
helper_longest() {
	tail -n "+$1" "$work/contacts" | awk -v now="$(awk '{ printf "%d", $1 * 1000 }' /proc/uptime)" '
		$3 == "closed" { since[$2] = $1 }
		$3 == "open" { d = $1 - since[$2]; delete since[$2]; if (d > max) max = d }
		END { for (i in since) if (now - since[i] > max) max = now - since[i]; print max + 0 }'
}

no_death_leaves_a_button_pressed() {
	local i command pressed code verb pulse lines longest worst=0 late=
	local verbs=(reset press reset press reset hold)
	kdev -q down
	helper_relay || return 1
	for i in $(seq 50); do grep -q ready "$work/contacts" && break; sleep 0.1; done
	export LD_PRELOAD="$BUILD/tests/pty_port.so"
	for i in $(seq 0 "$SWEEP"); do
		verb=${verbs[i % 6]} pulse=$PULSE_MS lines=$(wc -l <"$work/contacts")
		[ "$verb" = hold ] && pulse=$HOLD_MS
		kdev_exits 0 up || break
		"$BUILD/kdev" --config "$work/kdev.conf" power "$verb" >/dev/null 2>&1 &
		command=$!
		sleep "$(awk "BEGIN { print $i * ($pulse + 400) / $SWEEP / 1000 }")"
		helper_kill_all $command
		wait $command 2>/dev/null
		sleep "$(awk "BEGIN { print ($pulse + 1000) / 1000 }")"
		longest=$(helper_longest $((lines + 1)))
		[ "$longest" -le $((pulse + 1000)) ] || { echo "$verb, point $i of $SWEEP: closed for $longest ms"; late=yes; }
		[ $((longest - pulse)) -gt "$worst" ] && worst=$((longest - pulse))
	done
	unset LD_PRELOAD
	kdev -q down
	kill $relay
	printf '[board %s]\ntype = virtual\n' "$board" >"$work/kdev.conf"
	pressed=$(grep -c closed "$work/contacts")
	echo "pressed $pressed times, at most $worst ms too long"
	[ "$i" = "$SWEEP" ] && [ -z "$late" ] && [ "$pressed" -ge $((SWEEP / 2)) ] && [ "$(tail -1 "$work/contacts" | cut -d' ' -f3)" = open ]
	code=$?
	[ $code = 0 ] || cat "$out" "$work/contacts"
	return $code
}
