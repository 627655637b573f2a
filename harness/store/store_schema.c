/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables. Times are integers in µs, those named at_us, started and ended since the epoch.
 * Whatever changes here, or in what the rows are made of, needs a new version: the index is then
 * made anew.
 */
#include "harness/store/store_internal.h"

#define VERSION    4
#define TEXT_OF(n) #n
#define NUMBER(n)  TEXT_OF(n)

const int store_schema_version = VERSION;

/* A directory below runs/ has a row in dirs, and one in runs if its record can be read. All that is
 * known of it goes with it. */
const char store_schema[] =
	"CREATE TABLE dirs (name TEXT PRIMARY KEY, stamp INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE broken (dir TEXT NOT NULL REFERENCES dirs ON DELETE CASCADE, leaf TEXT NOT "
	"NULL,"
	" why TEXT NOT NULL, PRIMARY KEY (dir, leaf)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE runs (id TEXT PRIMARY KEY REFERENCES dirs ON DELETE CASCADE, board TEXT,"
	" started INTEGER, ended INTEGER, verdict TEXT, exit_code INTEGER, reason TEXT, module "
	"TEXT,"
	" module_path TEXT, srcversion TEXT, build_id TEXT, params TEXT, kernel TEXT, "
	"kernel_build_id"
	" TEXT, taint_before INTEGER, taint_after INTEGER, loop TEXT, loop_case TEXT,"
	" loop_first INTEGER, loop_last INTEGER) STRICT, WITHOUT ROWID;"
	"CREATE INDEX runs_started ON runs (started);"
	"CREATE INDEX runs_module ON runs (module, started);"
	"CREATE INDEX runs_loop ON runs (loop, loop_case);"
	"CREATE TABLE steps (run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, n INTEGER NOT "
	"NULL,"
	" name TEXT, at_us INTEGER, took_us INTEGER, outcome TEXT, output TEXT,"
	" PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE crashes (run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,"
	" n INTEGER NOT NULL, at_us INTEGER NOT NULL, step TEXT, title TEXT NOT NULL, type TEXT,"
	" class TEXT, module TEXT, function TEXT, file TEXT, line INTEGER, signature TEXT NOT NULL,"
	" variant TEXT, corrupted INTEGER, secondary INTEGER, panicked INTEGER,"
	" PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX crashes_signature ON crashes (signature, at_us);"
	"CREATE TABLE boots (run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, n INTEGER NOT "
	"NULL,"
	" reason TEXT, firmware_us INTEGER, kernel_us INTEGER, ready_us INTEGER,"
	" PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE resets (run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, n INTEGER NOT "
	"NULL,"
	" method TEXT, verified INTEGER, took_us INTEGER,"
	" PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE lost (run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, n INTEGER NOT "
	"NULL,"
	" source TEXT, records INTEGER, why TEXT,"
	" PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE results (run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,"
	" n INTEGER NOT NULL, path TEXT, outcome TEXT, directive TEXT, diagnostics TEXT,"
	" PRIMARY KEY (run, n)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE loops (id TEXT PRIMARY KEY, stamp INTEGER NOT NULL, board TEXT, source TEXT,"
	" seed INTEGER, started INTEGER, updated INTEGER, state TEXT, why TEXT, done INTEGER,"
	" bad INTEGER, skipped INTEGER, params TEXT,"
	" journal_bytes INTEGER, journal_lines INTEGER, clock INTEGER) STRICT, WITHOUT ROWID;"
	"CREATE TABLE iterations (loop TEXT NOT NULL REFERENCES loops ON DELETE CASCADE,"
	" i INTEGER NOT NULL, at_us INTEGER, name TEXT, verdict TEXT, ok INTEGER, load_us INTEGER,"
	" unload_us INTEGER, run TEXT, signature TEXT, title TEXT, reason TEXT,"
	" PRIMARY KEY (loop, i)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX iterations_run ON iterations (run);"
	"CREATE VIEW signatures AS SELECT signature, count(*) AS reports, count(DISTINCT run) AS "
	"runs,"
	" min(at_us) AS first_us, max(at_us) AS last_us FROM crashes GROUP BY signature;"
	"PRAGMA user_version = " NUMBER(VERSION) ";";

static const char put_run[] = "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
			      " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char put_loop[] = "INSERT INTO loops VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
			       " NULL, NULL, NULL, NULL)";

static const char update_loop[] =
	"UPDATE loops SET stamp = ?2, board = ?3, source = ?4, seed = ?5, started = ?6,"
	" updated = ?7, state = ?8, why = ?9, done = ?10, bad = ?11, skipped = ?12 WHERE id = ?1";

static const char set_loop_place[] =
	"UPDATE loops SET journal_bytes = ?2, journal_lines = ?3, clock = ?4 WHERE id = ?1";

const char *const store_statements[STORE_STATEMENTS] = {
	/* The lock for writing at once: one that reads first and then wants to write can be
	   refused. */
	[STORE_BEGIN] = "BEGIN IMMEDIATE",
	[STORE_COMMIT] = "COMMIT",
	[STORE_ROLLBACK] = "ROLLBACK",
	[STORE_FIND_DIR] = "SELECT stamp FROM dirs WHERE name = ?",
	[STORE_FORGET_DIR] = "DELETE FROM dirs WHERE name = ?",
	[STORE_PUT_DIR] = "INSERT INTO dirs VALUES (?, ?)",
	[STORE_PUT_BROKEN] = "INSERT OR REPLACE INTO broken VALUES (?, ?, ?)",
	[STORE_PUT_RUN] = put_run,
	[STORE_PUT_STEP] = "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)",
	[STORE_PUT_CRASH] =
		"INSERT INTO crashes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[STORE_PUT_BOOT] = "INSERT INTO boots VALUES (?, ?, ?, ?, ?, ?)",
	[STORE_PUT_RESET] = "INSERT INTO resets VALUES (?, ?, ?, ?, ?)",
	[STORE_PUT_LOST] = "INSERT INTO lost VALUES (?, ?, ?, ?, ?)",
	[STORE_PUT_RESULT] = "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?)",
	[STORE_FIND_LOOP] = "SELECT stamp FROM loops WHERE id = ?",
	[STORE_FORGET_LOOP] = "DELETE FROM loops WHERE id = ?",
	[STORE_PUT_LOOP] = put_loop,
	[STORE_UPDATE_LOOP] = update_loop,
	[STORE_SET_LOOP_PLACE] = set_loop_place,
	[STORE_SET_LOOP_PARAMS] = "UPDATE loops SET params = ?2 WHERE id = ?1",
	/* One that was told of twice has come to what was said last. */
	[STORE_PUT_ITERATION] =
		"INSERT OR REPLACE INTO iterations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};
