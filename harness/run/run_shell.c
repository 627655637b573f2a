/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the board's shell is given in each step. Every word that comes from outside is quoted. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run/run.h"
#include "harness/ssh/ssh.h"

static void add_quoted(struct strbuf *b, const char *word)
{
	char *q = word ? ssh_quote(word) : NULL;

	if (q)
		strbuf_addf(b, " %s", q);
	else
		b->err = -1;
	free(q);
}

/* Its dependencies in the kernel's own tree. */
static void add_depends(struct strbuf *b, const struct run_options *opt,
			const struct module_file *m)
{
	bool any = false;

	for (size_t i = 0; i < m->n_depends; i++) {
		bool ours = false;

		for (size_t k = 0; k < opt->n_before; k++)
			ours |= !strcmp(opt->before[k].file->name, m->depends[i]);
		if (ours)
			continue;
		if (!any)
			strbuf_adds(b, "/sbin/modprobe -a --");
		any = true;
		add_quoted(b, m->depends[i]);
	}
	if (any)
		strbuf_adds(b, " && ");
}

static void add_load(struct strbuf *b, const struct module_file *m, char *const *params,
		     size_t n_params)
{
	strbuf_addf(b, BOARD_DIR "/agent load " BOARD_DIR "/%s.ko", m->name);
	for (size_t i = 0; i < n_params; i++)
		add_quoted(b, params[i]);
}

char *run_shell_load(const struct run_options *opt)
{
	struct strbuf b = {0};

	for (size_t i = 0; i < opt->n_before; i++) {
		const struct run_module *m = &opt->before[i];

		add_depends(&b, opt, m->file);
		add_load(&b, m->file, m->params, m->n_params);
		strbuf_adds(&b, " && ");
	}
	add_depends(&b, opt, opt->module);
	strbuf_adds(&b, "exec ");
	add_load(&b, opt->module, opt->params, opt->n_params);
	return strbuf_take(&b);
}

char *run_shell_batch(const struct run_options *opt)
{
	const struct run_batch *batch = opt->batch;
	struct strbuf b = {0};

	add_depends(&b, opt, opt->module);
	strbuf_addf(&b,
		    "exec " BOARD_DIR "/agent cycle %s %" PRIu64 " %" PRIu64 " %" PRId64
		    " " BOARD_DIR "/%s.ko",
		    opt->module->name, batch->first, batch->n, batch->for_us / 1000 + 1,
		    opt->module->name);
	for (size_t i = 0; i < opt->n_params; i++)
		add_quoted(&b, opt->params[i]);
	return strbuf_take(&b);
}

/* The commands and the script of the case, as one shell script. */
static void add_script(struct strbuf *b, const struct run_options *opt)
{
	const struct scenario_list *l = opt->c ? &opt->c->commands[SCENARIO_BOARD_DURING] : NULL;

	for (size_t i = 0; l && i < l->n; i++) {
		char *command = scenario_fill(l->s[i], &opt->values);

		strbuf_adds(b, "/bin/sh -c");
		add_quoted(b, command);
		strbuf_adds(b, " || exit $?\n");
		free(command);
	}
	if (opt->test_command) {
		strbuf_adds(b, "/bin/sh -c");
		add_quoted(b, opt->test_command);
		strbuf_adds(b, " || exit $?\n");
	} else if (opt->test_file) {
		strbuf_addf(b, BOARD_DIR "/%s.test || exit $?\n", opt->module->name);
	}
}

/* N at once; the first status that is not 0 is the script's. */
static void add_parallel(struct strbuf *b, const struct run_options *opt, unsigned n)
{
	strbuf_addf(b, "i=0 pids=\nwhile [ $i -lt %u ]; do\n(\n", n);
	add_script(b, opt);
	strbuf_adds(b, "exit 0\n) &\npids=\"$pids $!\" i=$((i + 1))\ndone\ns=0\n"
		       "for p in $pids; do wait $p || { e=$?; [ $s != 0 ] || s=$e; }; done\n");
}

char *run_shell_test(const struct run_options *opt, long seconds)
{
	const struct scenario_case *c = opt->c;
	struct strbuf script = {0}, b = {0};
	int64_t offline = c ? c->offline_us : 0;

	if (offline)
		strbuf_addf(&script, BOARD_DIR "/agent offline %" PRId64 " & offline=$!\n",
			    offline / 1000);
	if (c && c->parallel > 1) {
		add_parallel(&script, opt, c->parallel);
	} else {
		strbuf_adds(&script, "(\n");
		add_script(&script, opt);
		strbuf_adds(&script, "exit 0\n)\ns=$?\n");
	}
	strbuf_adds(&script, offline ? "wait $offline || exit\nexit $s\n" : "exit $s\n");
	/* It is we who end a test that takes too long: the board's clock goes on while its NFS
	 * server is away. The board itself ends one that nobody waits for any more. */
	strbuf_addf(&b,
		    "cd /tmp; KDEV_MODULE=%s; export KDEV_MODULE; echo $$ >" BOARD_DIR
		    "/test.pid; exec timeout -k 2 %ld /bin/sh -c",
		    opt->module->name, seconds);
	if (script.err)
		b.err = script.err;
	add_quoted(&b, strbuf_str(&script));
	strbuf_free(&script);
	return strbuf_take(&b);
}

char *run_shell_unload(const struct run_options *opt, bool test_cancelled)
{
	struct strbuf b = {0};

	/* A test that was ended may still have the module open. */
	if (test_cancelled)
		strbuf_adds(&b,
			    "p=$(cat " BOARD_DIR "/test.pid); for i in 1 2 3 4 5 6 7 8 9 10; do "
			    "kill -0 $p 2>/dev/null || break; sleep 0.3; done; ");
	/* The last one loaded goes first. */
	strbuf_addf(&b, "%s" BOARD_DIR "/agent unload %s", opt->n_before ? "" : "exec ",
		    opt->module->name);
	for (size_t i = opt->n_before; i-- > 0;)
		strbuf_addf(&b, " && " BOARD_DIR "/agent unload %s", opt->before[i].file->name);
	return strbuf_take(&b);
}
