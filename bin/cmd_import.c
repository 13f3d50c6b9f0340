/*
 * import: load exports into the database.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agreement/load.h"
#include "base/number.h"
#include "command.h"
#include "labelstudio/export.h"
#include "progress.h"
#include "session.h"

enum {
	OPTION_PROJECT,
	OPTION_CONFIG,
	OPTION_TITLE,
	OPTION_ORGANIZATION,
	OPTION_PRUNE,
	OPTION_KEEP_GOING
};

static const struct option_row options[] = {
    [OPTION_PROJECT] = {"project", "ID",
	"into this project; default: as the tasks say, or a new one", false},
    [OPTION_CONFIG] = {"label-config", "FILE",
	"labeling configuration (XML) of the project", false},
    [OPTION_TITLE] = {"title", "TITLE", "title of the project", false},
    [OPTION_ORGANIZATION] = {"organization", "ID",
	"organization of the project; default: the first, or a new one", false},
    [OPTION_PRUNE] = {"prune", NULL, "take out of the project what the exports have not",
	false},
    [OPTION_KEEP_GOING] = {"keep-going", NULL,
	"name and skip tasks that cannot be loaded, instead of ending there", false},
    {0},
};

struct job {
	struct session s;
	struct load load;
	struct progress progress;
	uint64_t bytes, tasks; /* of the files before this one */
};

static int
read_id(const struct arguments *a, int option, int64_t *r)
{
	if (a->option[option] == NULL ||
	    number_between(str_of(a->option[option]), 1, INT32_MAX, r))
		return EXIT_OK;
	return command_usage(
	    &command_import, "--%s: a positive number is required", options[option].name);
}

/* Whether the load can go on after a task that failed; tells of the task if so. */
static bool
passed_over(struct job *j, const char *path, enum err err, bool final)
{
	if (!j->load.options.keep_going || final || (err != ERR_INPUT && err != ERR_LIMIT))
		return false;
	progress_end(&j->progress);
	fprintf(stderr, "agreement-matrix import: skipped: %s: %s\n", path, j->s.e.text);
	load_skip(&j->load);
	return true;
}

static enum err
load_one(struct job *j, const struct export_task *t)
{
	enum err err = load_task(&j->load, t, &j->s.e);

	if (err != ERR_OK)
		error_prefix(&j->s.e,
		    "line %" PRIu64 ", task %" PRIu64 " (id %" PRId64 "): $[%" PRIu64 "]: ",
		    t->line, t->number, t->id.value, t->number - 1);
	return err;
}

static enum err
load_tasks(struct job *j, const char *path, struct export *x)
{
	const struct export_task *t = NULL;
	enum err err;

	do {
		err = export_next(x, &t, &j->s.e);
		if (err == ERR_OK && t != NULL) {
			err = load_one(j, t);
			if (err != ERR_OK && passed_over(j, path, err, false))
				err = ERR_OK;
		} else if (err != ERR_OK && passed_over(j, path, err, export_ended(x))) {
			err = ERR_OK;
			continue;
		}
		progress_show(&j->progress, j->bytes + export_position(x),
		    j->tasks + export_count(x));
	} while (err == ERR_OK && !(t == NULL && export_ended(x)));
	if (err != ERR_OK)
		error_prefix(&j->s.e, "%s: ", path);
	j->bytes += export_position(x);
	j->tasks += export_count(x);
	return err;
}

static enum err
load_file(struct job *j, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct export *x;
	enum err err;

	if (fd < 0)
		return error_set(&j->s.e, ERR_IO, "%s: %s", path, strerror(errno));
	x = export_open(fd, NULL);
	err = x == NULL ? error_set(&j->s.e, ERR_MEMORY, "%s", err_text(ERR_MEMORY))
			: load_tasks(j, path, x);
	export_close(x);
	if (fd != STDIN_FILENO)
		close(fd);
	return err;
}

static uint64_t
total_bytes(const struct arguments *a)
{
	uint64_t sum = 0;
	struct stat st;

	for (int i = 0; i < a->n_rest; i++) {
		if (stat(a->rest[i], &st) != 0 || !S_ISREG(st.st_mode))
			return 0;
		sum += (uint64_t)st.st_size;
	}
	return sum;
}

static void
print_summary(const struct load *l)
{
	static const char *const nouns[LOAD__MAX] = {
	    "tasks", "annotations", "predictions", "users"};

	printf("project %" PRId64 ":\n", l->project);
	for (int i = 0; i < LOAD__MAX; i++)
		printf("  %-12s %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64
		       " as they were\n",
		    nouns[i], l->count[i][IMPORT_INSERTED], l->count[i][IMPORT_UPDATED],
		    l->count[i][IMPORT_UNCHANGED]);
	if (l->options.prune)
		printf("  pruned: %" PRIu64 " tasks, %" PRIu64 " annotations, %" PRIu64
		       " predictions\n",
		    l->pruned.tasks, l->pruned.annotations, l->pruned.predictions);
	if (l->skipped > 0)
		printf("  skipped: %" PRIu64 " tasks\n", l->skipped);
	if (l->ids_only > 0)
		fprintf(stderr,
		    "agreement-matrix import: %" PRIu64
		    " predictions are ids only; a snapshot "
		    "export has their results.\n",
		    l->ids_only);
}

static enum err
work(struct job *j, const struct arguments *a, struct load_options *o)
{
	const char *config = a->option[OPTION_CONFIG];
	enum err err;

	if (config != NULL && !session_read_file(&j->s, config, &o->label_config))
		return j->s.e.code;
	err = load_begin(&j->load, j->s.store, o, &j->s.e);
	if (err != ERR_OK)
		return config == NULL ? err : error_prefix(&j->s.e, "%s: ", config);
	progress_begin(&j->progress, total_bytes(a));
	for (int i = 0; err == ERR_OK && i < a->n_rest; i++)
		err = load_file(j, a->rest[i]);
	progress_end(&j->progress);
	if (err == ERR_OK)
		err = load_finish(&j->load, &j->s.e);
	if (err == ERR_OK)
		print_summary(&j->load);
	load_end(&j->load);
	return err;
}

static int
run(const struct arguments *a)
{
	struct load_options o = {
	    .title = str_of(a->option[OPTION_TITLE]),
	    .prune = a->option[OPTION_PRUNE] != NULL,
	    .keep_going = a->option[OPTION_KEEP_GOING] != NULL,
	};
	struct job j = {0};
	int status = read_id(a, OPTION_PROJECT, &o.project);

	if (status == EXIT_OK)
		status = read_id(a, OPTION_ORGANIZATION, &o.organization);
	if (status == EXIT_OK)
		status = session_begin(&j.s, &command_import);
	if (status != EXIT_OK)
		return status;
	if (work(&j, a, &o) != ERR_OK)
		status = session_failed(&j.s);
	session_end(&j.s);
	return status;
}

const struct command command_import = {"import", "FILE..", 1, 1 << 20, options, run,
    "load Label Studio exports (JSON) into the database; doing it twice changes nothing; "
    "skipped tasks are "
    "no failure"};
