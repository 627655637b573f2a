/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Knows which console messages were said, and by which source. */
#include "console/pipeline/merge.h"

#include <limits.h>
#include <stdlib.h>

#include "console/pipeline/merge_find.h"

/* A clock that goes back by more than this was restarted, or a log is read again. */
#define CLOCK_SLACK MONO_SEC(1)

/* A timestamp that runs ahead of the host's clock by more than this is damaged, unless the next
 * agrees with it. */
#define CLOCK_JUMP MONO_SEC(60)

/* So many messages that this boot did not have, after the clock went back, are of a new one; but
 * never once one was familiar. */
#define STRANGE  8
#define FAMILIAR UINT_MAX

/* A clock that began anew shows no more than has passed since the old one was heard, and what a
 * reader is late by. One that shows more is of another CPU of the same boot: where a CPU's
 * interrupts are off, so that nobody sets its clock right, what it says has the time at which they
 * went off. */
#define LATE MONO_SEC(2)

/* A source that is behind goes on without longer pauses than this. */
#define CATCH_UP_PAUSE MONO_MS(300)

struct voice {
	bool heard;              /* in this boot, with timestamps */
	bool booted;             /* speaks of this boot, not the old one */
	bool replay;             /* the next is a repetition */
	bool repeating;          /* its last message was one that the other had */
	bool rereading;          /* its clock went back */
	unsigned strange;        /* messages since then that this boot did not have; or FAMILIAR */
	int64_t newest;          /* timestamp, -1: none in this boot */
	int64_t jump;            /* a timestamp that was not believed; -1: the last one was */
	int64_t old_newest;      /* in the boot before, -1: none */
	struct monotime back_at; /* when it was heard last before its clock went back */
	uint64_t last;           /* the number of its last message */
	uint64_t heard_at;       /* how many messages there were when it spoke last */
	struct monotime at;
};

struct merge {
	uint32_t boot;
	struct monotime old_until;
	struct voice voice[2];
	struct merge_table table;
};

struct merge *merge_new(void)
{
	struct merge *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	for (int i = 0; i < 2; i++) {
		m->voice[i].booted = true;
		m->voice[i].newest = m->voice[i].old_newest = m->voice[i].jump = -1;
	}
	return m;
}

void merge_free(struct merge *m)
{
	free(m);
}

static bool may_have_booted(int64_t us, struct monotime since, struct monotime now)
{
	return us <= mono_diff(now, since) + LATE;
}

/* Still the old boot's voice? A clock that was set back, or time, says no. */
static bool of_old_boot(struct merge *m, struct voice *v, const struct log_record *rec)
{
	if (v->booted)
		return false;
	if (rec->at.us >= m->old_until.us ||
	    (rec->kernel_us >= 0 && rec->kernel_us < v->old_newest - CLOCK_SLACK)) {
		v->booted = true;
		return false;
	}
	return rec->kernel_us >= 0;
}

/* nbcon consoles print a message again when another CPU took the console over in its midst. If
 * only its beginning was there, and on this console alone, it is not known yet. */
static bool is_replay(struct merge *m, struct voice *v, const struct log_record *rec,
		      struct merge_key key)
{
	const struct merge_message *last = merge_table_peek(&m->table, v->last);
	bool replay = v->replay;

	v->replay = false;
	if (!replay || !last || last->us != rec->kernel_us)
		return false;
	return (last->said[0] && last->said[1]) || (last->hash == key.hash && last->len == key.len);
}

/* Has the clock of a source gone back, so that a log is read again or the board has booted? */
static void follow_clock(struct voice *v, int64_t us)
{
	if (us < 0 || !v->booted)
		return;
	if (us >= v->newest) {
		v->rereading = false;
	} else if (!v->rereading && us < v->newest - CLOCK_SLACK) {
		v->rereading = true;
		v->back_at = v->at;
		v->strange = 0;
	}
}

/* Messages at 0 are alike in every boot and say nothing. */
static void count_strange(struct voice *v, const struct log_record *rec, bool familiar)
{
	if (rec->kernel_us <= 0 || v->strange == FAMILIAR)
		return;
	if (familiar)
		v->strange = FAMILIAR;
	else if (may_have_booted(rec->kernel_us, v->back_at, rec->at))
		v->strange++;
}

/* A digit that a serial line damaged must not look like time that has passed. */
static bool is_believable(struct voice *v, int64_t us, struct monotime at)
{
	int64_t jump = v->jump;

	v->jump = -1;
	if (v->newest < 0 || us - v->newest <= mono_diff(at, v->at) + CLOCK_JUMP)
		return true;
	if (jump >= 0 && us >= jump && us - jump <= CLOCK_JUMP)
		return true;
	v->jump = us;
	return false;
}

static void spoke(struct merge *m, enum console_source src, const struct log_record *rec,
		  uint64_t number, bool repeating)
{
	struct voice *v = &m->voice[src];

	v->last = number;
	v->heard_at = m->table.count;
	v->repeating = repeating;
	if (rec->kernel_us < 0)
		return;
	v->heard = true;
	if (rec->kernel_us > v->newest && is_believable(v, rec->kernel_us, rec->at))
		v->newest = rec->kernel_us;
	v->at = rec->at;
}

/* The first copy of a message, in whatever state; 0: there was none. */
static uint64_t find(struct merge *m, const struct merge_query *q, bool old)
{
	struct voice *v = &m->voice[q->src];
	uint64_t n = merge_find_same(&m->table, q);

	if (v->rereading) {
		if (!n)
			n = merge_find_own(&m->table, q);
		count_strange(v, q->rec, n);
	}
	return n || old ? n : merge_find_similar(&m->table, q);
}

enum merge_answer merge_add(struct merge *m, enum console_source src, const struct log_record *rec,
			    uint64_t *id)
{
	struct merge_key key = merge_key_of(rec);
	struct voice *v = &m->voice[src];
	bool old = of_old_boot(m, v, rec);
	struct merge_message *msg;

	if (is_replay(m, v, rec, key)) {
		*id = v->last;
		return MERGE_DUPLICATE;
	}
	follow_clock(v, rec->kernel_us);
	/* Only what goes on with the old boot can repeat it. */
	*id = find(m, &(struct merge_query){rec, key, src, m->boot, !v->booted}, old);
	msg = merge_table_get(&m->table, *id);
	if (!msg && old)
		return MERGE_OLD;
	if (!msg) {
		*id = merge_table_insert(&m->table, rec, key, m->boot, src);
		spoke(m, src, rec, *id, false);
		return MERGE_NEW;
	}
	msg->said[src] = true;
	if (!old)
		spoke(m, src, rec, *id, true);
	if (msg->hash == key.hash || src == SOURCE_SERIAL || rec->torn)
		return MERGE_DUPLICATE;
	msg->torn = false;
	return MERGE_BETTER;
}

void merge_replay(struct merge *m, enum console_source src)
{
	m->voice[src].replay = true;
}

void merge_new_boot(struct merge *m, struct monotime now)
{
	m->boot++;
	m->old_until = mono_add(now, MERGE_OLD_BOOT);
	for (int i = 0; i < 2; i++) {
		struct voice *v = &m->voice[i];

		/* Told twice of the same boot: what is old remains so. */
		if (v->newest >= 0) {
			v->old_newest = v->newest;
			v->booted = false;
		}
		v->newest = v->jump = -1;
		v->heard = v->replay = v->repeating = v->rereading = false;
	}
}

void merge_booted(struct merge *m, enum console_source src)
{
	m->voice[src].booted = true;
}

bool merge_has_rebooted(const struct merge *m, enum console_source src)
{
	const struct voice *v = &m->voice[src];

	return v->rereading && v->strange >= STRANGE && v->strange != FAMILIAR;
}

bool merge_alive(const struct merge *m, enum console_source src)
{
	const struct voice *v = &m->voice[src];

	return v->heard && m->table.count - v->heard_at < MERGE_SILENT;
}

int64_t merge_newest(const struct merge *m, enum console_source src)
{
	return m->voice[src].newest;
}

uint64_t merge_missing(const struct merge *m, enum console_source src, int64_t until)
{
	int64_t from = m->voice[src].newest;
	const struct merge_message *msg;
	uint64_t missing = 0, n = m->table.count;

	for (; (msg = merge_table_peek(&m->table, n)) && msg->boot == m->boot; n--)
		missing += msg->us > from && msg->us < until && !msg->said[src];
	return missing;
}

bool merge_catching_up(const struct merge *m, struct monotime now)
{
	for (int i = 0; i < 2; i++) {
		const struct voice *v = &m->voice[i];

		if (v->repeating && v->newest < m->voice[!i].newest &&
		    mono_diff(now, v->at) < CATCH_UP_PAUSE)
			return true;
	}
	return false;
}
