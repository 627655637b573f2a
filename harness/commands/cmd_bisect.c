/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev bisect: what git bisect run needs. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/module/module_build.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"
#include "harness/run/run_args.h"
#include "harness/store/crash_store.h"
#include "harness/store/rate.h"
#include "harness/store/store.h"
#include "harness/watch/bisect.h"

#define SIGNATURE_MIN 4
#define RECORD_MAX    (64u << 20)
#define CONFIDENCE    0.95

extern const struct command command_bisect;

enum { OPT_RATE = OPT_OWN, OPT_CONFIDENCE, OPT_SIGNATURE };

static const struct option options[] = {
	RUN_OPTIONS,
	{"rate", required_argument, NULL, OPT_RATE},
	{"confidence", required_argument, NULL, OPT_CONFIDENCE},
	{"signature", required_argument, NULL, OPT_SIGNATURE},
	{0},
};

struct bisection {
	const struct common_flags *flags;
	struct run_args args;
	double rate, confidence; /* rate 0: it fails always */
	bool known_rate;         /* of the index */
	const char *signature;   /* the beginning of it, or NULL: any failure */
	struct board_config cfg;
	struct process_signals signals;
	struct module_build made;
	const char *module; /* what is run */
	char *record;       /* file for kdev run's record */
};

static int parse_part(const char *text, double *out)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value > 0 && value < 1))
		return command_usage(&command_bisect,
				     "%s: expected a number between 0 and 1, such as 0.1", text);
	*out = value;
	return 0;
}

static int own_option(void *arg, int option)
{
	struct bisection *x = arg;

	switch (option) {
	case OPT_RATE:
		x->known_rate = !strcmp(optarg, "known");
		return x->known_rate ? 0 : parse_part(optarg, &x->rate);
	case OPT_CONFIDENCE: return parse_part(optarg, &x->confidence);
	default:
		if (strlen(optarg) < SIGNATURE_MIN ||
		    optarg[strspn(optarg, "0123456789abcdefABCDEF")])
			return command_usage(
				&command_bisect,
				"--signature %s: at least %d of its digits are expected", optarg,
				SIGNATURE_MIN);
		x->signature = optarg;
		return 0;
	}
}

static bool is_wanted(const struct bisection *x, const char *signature)
{
	return signature && !strncasecmp(signature, x->signature, strlen(x->signature));
}

/* The low end of what the runs so far say: rather some passes too many than a wrong revision. */
static int look_up_rate(struct bisection *x)
{
	struct crash_store crashes = {0};
	struct store *index = NULL;
	int err = store_open(&index, path_state());

	if (!err)
		err = crash_store_read(&crashes, index, x->flags->board, 0);
	for (size_t i = 0; !err && i < crashes.n_bugs; i++) {
		const struct crash_bug *bug = &crashes.bugs[i];

		if (is_wanted(x, bug->seen->signature) && x->rate == 0)
			x->rate = rate_of(bug->since.hits, bug->since.of).low;
	}
	crash_store_free(&crashes);
	store_close(index);
	if (err)
		log_error("%s/runs: %s", path_state(), strerror(-err));
	else if (x->rate <= 0)
		log_error("no run has had a crash with signature %s: give its rate as a number",
			  x->signature);
	return x->rate > 0 ? 0 : EXIT_USAGE;
}

static int build_dir(struct bisection *x, const char *dir, char *err, size_t err_len)
{
	struct strbuf said = {0};
	char *tree = module_build_tree(&x->cfg, err, err_len);
	int rc;

	if (!tree)
		return EXIT_USAGE;
	rc = module_build(&x->made, dir, tree, &x->signals, &said, err, err_len);
	fputs(strbuf_str(&said), stderr);
	strbuf_free(&said);
	free(tree);
	if (rc)
		return rc == -EINTR ? EXIT_INTERRUPTED : EXIT_FAIL;
	x->module = module_build_pick(&x->made, x->args.module, err, err_len);
	return x->module ? 0 : EXIT_FAIL;
}

/* A revision that lacks the directory, or has another Makefile in it, does not build; that is no
 * reason to stop. */
static int build(void *arg)
{
	struct bisection *x = arg;
	const char *what = x->args.rest[0];
	char err[1024] = "";
	int rc = 0;

	x->module = what;
	if (module_build_is_dir(what) || access(what, F_OK))
		rc = build_dir(x, what, err, sizeof(err));
	if (rc)
		log_error("%s", err);
	return rc;
}

/* Did that run have it? */
static bool record_has_it(const struct bisection *x)
{
	size_t len;
	char *text = path_read(x->record, RECORD_MAX, &len);
	json_t *doc = text ? json_loadb(text, len, 0, NULL) : NULL;
	const json_t *crash;
	bool has = false;
	size_t i;

	json_array_foreach (json_object_get(doc, "crashes"), i, crash)
		has |= is_wanted(x, json_text_of(crash, "signature"));
	json_decref(doc);
	free(text);
	return has;
}

static int run(void *arg, bool *wanted)
{
	struct bisection *x = arg;
	struct process p;
	int status = 0, rc;

	rc = run_args_start(&x->args, x->flags, x->module, x->record, &p);
	if (rc) {
		log_error("kdev run can't be started: %s", strerror(-rc));
		return EXIT_INFRA;
	}
	/* Interrupted, it ends in good order and leaves the board ready, or reset. */
	rc = process_wait_interrupt(&p, &x->signals, &status);
	if (rc)
		return rc == -EINTR ? EXIT_INTERRUPTED : EXIT_INFRA;
	if (x->signature)
		*wanted = record_has_it(x);
	return run_args_exit_code(status);
}

static void say(void *arg, enum bisect_verdict v, const char *why)
{
	static const char *const words[] = {"", "good", "bad", "skipped", "given up"};

	fprintf(stderr, "kdev bisect: %s: %s\n", words[v], why);
}

static int make_record(struct bisection *x)
{
	int err = path_mkdirs(path_state(), 0755), fd;

	x->record = path_format("%s/bisect.XXXXXX", path_state());
	if (err || !x->record)
		return err ? err : -ENOMEM;
	fd = mkostemp(x->record, O_CLOEXEC);
	return fd < 0 ? -errno : close(fd) ? -errno : 0;
}

static int prepare(struct bisection *x)
{
	char err[1024];
	int rc;

	if (!x->args.n_rest)
		return command_usage(&command_bisect,
				     "a directory or a module is expected: kdev bisect DIR");
	if (x->known_rate && !x->signature)
		return command_usage(&command_bisect, "--rate known needs --signature");
	if (config_load(x->flags->config, x->flags->board, &x->cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	rc = x->known_rate ? look_up_rate(x) : 0;
	if (rc)
		return rc;
	rc = make_record(x);
	if (!rc)
		rc = process_signals_open(&x->signals);
	if (!rc)
		return 0;
	log_error("%s: %s", path_state(), strerror(-rc));
	return EXIT_USAGE; /* not 125: git would skip all revisions for it */
}

static unsigned passes_needed(const struct bisection *x)
{
	unsigned n = x->rate > 0 ? rate_passes_needed(x->rate, x->confidence) : 1;

	if (n > 1)
		fprintf(stderr,
			"kdev bisect: a failure at a rate of %.2g %% needs %u passes in a row to "
			"be "
			"ruled out with %.4g %%\n",
			x->rate * 100, n, x->confidence * 100);
	return n;
}

static int bisect(const struct common_flags *flags, int argc, char **argv)
{
	static const struct bisect_ops ops = {build, run, say};
	struct bisection x = {.flags = flags, .confidence = CONFIDENCE};
	int rc = run_args_parse(&command_bisect, options, argc, argv, own_option, &x, &x.args);

	if (!rc)
		rc = prepare(&x);
	if (!rc) {
		rc = bisect_step(&ops, &x, passes_needed(&x));
		process_signals_close(&x.signals);
	}
	module_build_free(&x.made);
	run_args_free(&x.args);
	if (x.record)
		unlink(x.record);
	free(x.record);
	return rc;
}

const struct command command_bisect = {
	.name = "bisect",
	.args = "[options] DIR|MODULE.ko [param=value ...]",
	.summary = "say whether a revision is good: git bisect run kdev bisect DIR",
	.help = "Builds DIR and runs its module as by kdev run. Exit status: 0 good, 1 bad,\n"
		"125 it can't be said (it does not build, the board failed three times in a row),\n"
		"128 or more: nothing can be said, git stops.\n"
		"\n"
		"  --rate R        it fails in this part of the runs only (0.1), or \"known\": as\n"
		"                  the runs so far say of --signature; a good revision then needs\n"
		"                  as many passes in a row as rule it out\n"
		"  --confidence C  how sure that must be (0.95)\n"
		"  --signature S   only a crash with this signature is bad; if the run fails in\n"
		"                  another way, the revision is skipped; see kdev crashes\n"
		"  --module NAME   which of the directory's modules, if it makes several\n"
		"\n"
		"and the options of kdev run.\n",
	.run = bisect,
};
