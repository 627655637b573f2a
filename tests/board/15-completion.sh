# What a shell completes, and that people are told of it. No board is needed.

# helper_completes WORD... : what bash offers for the last of them
helper_completes() {
	bash -c 'source <("$1" completion bash); shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _kdev; echo "${COMPREPLY[@]}"' \
		bash "$BUILD/kdev" "$@" 2>&1
}

a_shell_completes_commands_options_words_and_boards() {
	mkdir -p "$work/xdg/kdev" && printf '[board bench]\n[board rack-2]\n' >"$work/xdg/kdev/kdev.conf"
	[ "$(helper_completes kdev lo)" = loop ] &&
		[ "$(helper_completes kdev loop --unt)" = '--until --until-fail' ] &&
		[ "$(helper_completes kdev --board x power re)" = reset ] &&
		[ "$(XDG_CONFIG_HOME=$work/xdg helper_completes kdev --board be)" = bench ] &&
		[ "$(helper_completes kdev run READ)" = README.md ] && [ -z "$(helper_completes kdev power reset re)" ]
}

every_option_of_every_command_is_in_the_manual() {
	local command option missing=
	for command in $("$BUILD/kdev" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
		for option in $("$BUILD/kdev" completion bash | sed -n "s/^\t$command) flags='\([^']*\)'.*/\1/p"); do
			grep -qE "Fl ([a-z] [,|] )?-${option#--}( |$)" docs/kdev.1 || missing="$missing $command:$option"
		done
	done
	[ -z "$missing" ] || { echo "not in kdev.1:$missing"; return 1; }
}
