/*
 * init: create or upgrade the tables.
 */
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "scripts.h"
#include "session.h"
#include "store/schema.h"

static const struct option_row options[] = {{0}};

/* Says each step when it is done: the next one may fail. */
static enum err
run_scripts(struct session *s, int64_t *before_r)
{
	enum err err = schema_version(s->store, before_r, &s->e);

	for (const struct schema_script *script = scripts;
	    err == ERR_OK && script->name != NULL; script++) {
		bool ran = false;

		err = schema_run(s->store, script, &ran, &s->e);
		if (err == ERR_OK && ran && script->version != 0)
			printf("%s: version %d\n", script->name, script->version);
	}
	return err == ERR_OK ? schema_note_guards(s->store, &s->e) : err;
}

static int
run(const struct arguments *a)
{
	struct session s;
	int64_t before = 0;
	int status = session_begin(&s, &command_init);

	(void)a;
	if (status != EXIT_OK)
		return status;
	if (run_scripts(&s, &before) != ERR_OK)
		status = session_failed(&s);
	else if (before == 0)
		printf("The tables were created (version %d).\n", SCHEMA_VERSION);
	else if (before < SCHEMA_VERSION)
		printf("The tables were upgraded from version %" PRId64 " to %d.\n", before,
		    SCHEMA_VERSION);
	else
		printf("The tables are up to date (version %d).\n", SCHEMA_VERSION);
	session_end(&s);
	return status == EXIT_OK ? command_printed(&command_init) : status;
}

const struct command command_init = {
    .name = "init",
    .options = options,
    .run = run,
    .doc = "create or upgrade the tables: ours, and those of Label Studio that are missing",
    .more =
	"Tables of Label Studio that are there already are left as they are, so it can "
	"be run in a copy of its database. Ours come into being step by step; the steps "
	"that the database lacks are applied, and named. Running it again changes "
	"nothing, and completes what was interrupted.",
};
