/*
 * import: load exports into the database.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import/load.h"
#include "base/number.h"
#include "command.h"
#include "labelstudio/export.h"
#include "progress.h"
#include "refreshing.h"
#include "session.h"

enum {
	OPTION_PROJECT,
	OPTION_CONFIG,
	OPTION_TITLE,
	OPTION_ORGANIZATION,
	OPTION_PRUNE,
	OPTION_KEEP_GOING,
	OPTION_NO_REFRESH
};

static const struct option_row options[] = {
    [OPTION_PROJECT] = {"project", "ID",
	"into this project, whatever the tasks say; default: the one that the tasks say, "
	"else a new one",
	false},
    [OPTION_CONFIG] = {"label-config", "FILE",
	"the project's labeling configuration (XML); default: what the project has, else "
	"the results suggest what is compared",
	false},
    [OPTION_TITLE] = {"title", "TITLE", "the project's title", false},
    [OPTION_ORGANIZATION] = {"organization", "ID",
	"organization of the project; default: the first, else a new one", false},
    [OPTION_PRUNE] = {"prune", NULL,
	"take the tasks, annotations and predictions out of the project that none of the "
	"files has",
	false},
    [OPTION_KEEP_GOING] = {"keep-going", NULL,
	"name and skip tasks that cannot be loaded, and files that cannot be read, instead "
	"of ending there; the summary counts them, and the status is 0 all the same unless "
	"it was a file",
	false},
    [OPTION_NO_REFRESH] = {"no-refresh", NULL,
	"leave the scores to the service and to refresh, instead of computing them now",
	false},
    {0},
};

struct job {
	struct session s;
	struct load load;
	struct progress progress;
	const char *path;      /* of the file at hand */
	uint64_t bytes, tasks; /* of the files before it */
	uint64_t taken;	       /* tasks of the file at hand */
	bool bad_file;	       /* one could not be read, or not to its end */
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

static void
tell_skipped(void *context, const struct error *why)
{
	struct job *j = context;

	progress_hide(&j->progress);
	fprintf(stderr, "agreement-matrix import: skipped: %s: %s\n", j->path, why->text);
}

/* Whether a task that cannot be read or taken is passed over; tells of it if so. */
static bool
pass_over(struct job *j, enum err err)
{
	if (!j->load.options.keep_going || (err != ERR_INPUT && err != ERR_LIMIT))
		return false;
	tell_skipped(j, &j->s.e);
	load_skip(&j->load);
	return true;
}

/* Take the next task of a file; *more_r is false after the last one. */
static enum err
take_next(struct job *j, struct export *x, bool *more_r)
{
	const struct export_task *t = NULL;
	enum err err = export_next(x, &t, &j->s.e);
	/* The rest of a file is passed over like a task. */
	bool ends = err != ERR_OK && export_ended(x);

	*more_r = !ends && (err != ERR_OK || t != NULL);
	if (err == ERR_OK && t != NULL)
		err = load_task(&j->load, t, &j->s.e);
	j->taken += err == ERR_OK && t != NULL;
	if (err == ERR_OK || !pass_over(j, err))
		return err;
	j->bad_file |= ends;
	return ERR_OK;
}

static enum err
load_tasks(struct job *j, struct export *x)
{
	bool more = true;
	enum err err = ERR_OK;

	while (err == ERR_OK && more) {
		err = take_next(j, x, &more);
		if (err == ERR_OK && (!more || load_full(&j->load)))
			err = load_flush(&j->load, &j->s.e);
		progress_show(&j->progress, j->bytes + export_position(x),
		    j->tasks + export_count(x));
	}
	j->bytes += export_position(x);
	j->tasks += export_count(x);
	/* There were tasks, and none that could be read: it is something else. */
	j->bad_file |= export_count(x) > 0 && j->taken == 0;
	return err;
}

/* A file that cannot be opened is passed over like one that cannot be read. */
static enum err
cannot_open(struct job *j)
{
	enum err err = error_set(&j->s.e, ERR_INPUT, "%s", strerror(errno));

	j->bad_file = true;
	return pass_over(j, err)
	    ? ERR_OK
	    : error_set(&j->s.e, ERR_IO, "%s: %s", j->path, strerror(errno));
}

static enum err
load_file(struct job *j, const char *path)
{
	bool is_input = strcmp(path, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct export *x;
	enum err err;

	j->path = is_input ? "standard input" : path;
	j->taken = 0;
	if (fd < 0)
		return cannot_open(j);
	x = export_open(fd, NULL);
	err = x == NULL ? error_memory(&j->s.e) : load_tasks(j, x);
	export_close(x);
	if (!is_input)
		close(fd);
	return err == ERR_OK ? ERR_OK : error_prefix(&j->s.e, err, "%s: ", j->path);
}

/* 0 if that is not known, as of a pipe. */
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

static enum err
print_summary(struct job *j)
{
	static const char *const nouns[LOAD__MAX] = {
	    "tasks", "annotations", "predictions", "users"};
	const struct load *l = &j->load;

	if (l->project != 0)
		printf("project %" PRId64 ":\n", l->project);
	else
		printf("no project, for there was no task to load:\n");
	for (int i = 0; i < LOAD__MAX; i++) {
		uint64_t count[IMPORT_CHANGE__MAX];

		if (load_count(l, (enum load_noun)i, count) != ERR_OK)
			return error_memory(&j->s.e);
		printf("  %-12s %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64
		       " unchanged\n",
		    nouns[i], count[IMPORT_INSERTED], count[IMPORT_UPDATED],
		    count[IMPORT_UNCHANGED]);
	}
	if (l->options.prune)
		printf("  pruned       %" PRIu64 " tasks, %" PRIu64 " annotations, %" PRIu64
		       " predictions\n",
		    l->pruned.tasks, l->pruned.annotations, l->pruned.predictions);
	if (l->skipped > 0)
		printf("  skipped      %" PRIu64 " tasks\n", l->skipped);
	return ERR_OK;
}

/* What the summary does not say, or what there is no summary for. */
static void
warn(const struct load *l, enum err err)
{
	uint64_t tasks = 0;

	for (int i = 0; i < IMPORT_CHANGE__MAX; i++)
		tasks += l->tally.count[LOAD_TASKS][i];
	if (err != ERR_OK && tasks > 0)
		fprintf(stderr,
		    "agreement-matrix import: %" PRIu64
		    " tasks before that are in project %" PRId64
		    "; the next run finds them there.\n",
		    tasks, l->project);
	if (err == ERR_INPUT && tasks == 0 && l->options.project == 0)
		fputs("agreement-matrix import: if the tasks were loaded before, name "
		      "their project with --project.\n",
		    stderr);
	if (l->skipped > 0)
		fprintf(stderr,
		    "agreement-matrix import: %" PRIu64 " tasks were skipped.\n",
		    l->skipped);
	if (l->tally.of_nobody > 0)
		fprintf(stderr,
		    "agreement-matrix import: %" PRIu64
		    " annotations do not say whose they are (completed_by): they are kept, "
		    "but nobody takes part with them.\n",
		    l->tally.of_nobody);
	if (loadpeople_apart(&l->people) > 0)
		fprintf(stderr,
		    "agreement-matrix import: %zu users are known by their numbers alone, "
		    "which "
		    "others have here: they are users of their own. A snapshot export has "
		    "their "
		    "emails.\n",
		    loadpeople_apart(&l->people));
	if (l->tally.ids_only > 0)
		fprintf(stderr,
		    "agreement-matrix import: %" PRIu64
		    " predictions are ids only and were not loaded; a snapshot export has "
		    "their results.\n",
		    l->tally.ids_only);
	if (l->tally.nameless > 0)
		fprintf(stderr,
		    "agreement-matrix import: %" PRIu64
		    " predictions have no id and were not loaded.\n",
		    l->tally.nameless);
}

/* What was loaded is loaded: tasks that cannot be compared at the moment are only told of.
 */
static enum err
refresh(struct session *s, int64_t project)
{
	struct refreshed done = {0};
	enum err err;

	fflush(stdout);
	err = refreshing_run(s, &project, 1, refreshing_jobs(), &done);
	if (err == ERR_OK && done.waiting > 0)
		fprintf(stderr,
		    "agreement-matrix import: the scores of %" PRIu64
		    " tasks wait for what they are compared with: agreement-matrix refresh "
		    "--project %" PRId64 "\n",
		    done.waiting, project);
	return err;
}

static enum err
work(struct job *j, const struct arguments *a, struct load_options *o)
{
	const char *config = a->option[OPTION_CONFIG];
	int64_t project;
	enum err err;

	if (config != NULL) {
		err = session_read_text(j->s.arena, config, &o->label_config, &j->s.e);
		if (err != ERR_OK)
			return err;
	}
	err = load_begin(&j->load, j->s.store, o, &j->s.e);
	if (err != ERR_OK)
		return config == NULL ? err : error_prefix(&j->s.e, err, "%s: ", config);
	progress_begin(&j->progress, total_bytes(a));
	for (int i = 0; err == ERR_OK && i < a->n_rest; i++)
		err = load_file(j, a->rest[i]);
	progress_hide(&j->progress);
	if (err == ERR_OK)
		err = load_finish(&j->load, &j->s.e);
	warn(&j->load, err);
	if (err == ERR_OK)
		err = print_summary(j);
	project = j->load.project;
	load_end(&j->load);
	if (err == ERR_OK && project != 0 && a->option[OPTION_NO_REFRESH] == NULL)
		err = refresh(&j->s, project);
	return err;
}

static int
run(const struct arguments *a)
{
	struct job j = {0};
	struct load_options o = {
	    .title = str_of(a->option[OPTION_TITLE]),
	    .prune = a->option[OPTION_PRUNE] != NULL,
	    .keep_going = a->option[OPTION_KEEP_GOING] != NULL,
	    .refused = tell_skipped,
	    .context = &j,
	};
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
	if (status == EXIT_OK)
		status = command_printed(&command_import);
	return status == EXIT_OK && j.bad_file ? EXIT_FAILED : status;
}

const struct command command_import = {
    .name = "import",
    .rest = "FILE..",
    .min_rest = 1,
    .max_rest = INT_MAX,
    .options = options,
    .run = run,
    .doc = "load Label Studio exports (JSON) into the database",
    .more =
	"Easy and snapshot exports, old ones with completions, and JSON Lines; \"-\" is "
	"standard input. Tasks are written in batches, each all or nothing; loading the "
	"same "
	"again changes nothing, and after an interruption the next run ends in the same "
	"state. Users named in annotations become members of the project's organization. "
	"Predictions of which an "
	"export has the id alone, or no id, are not loaded.",
};
