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

static enum err
run_scripts(struct session *s, int64_t *before)
{
	enum err err = schema_version(s->store, before, &s->e);

	for (const struct script *script = scripts; err == ERR_OK && script->name != NULL;
	     script++)
		err = schema_run(s->store, script->name, str_of(script->text), &s->e);
	return err;
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
    .more = "Tables of Label Studio that are there already are left as they are, so it can "
	    "be run in a copy of its database. Running it again changes nothing.",
};
