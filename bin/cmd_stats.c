/*
 * stats: the statistics of a project, out of an export, without any database or server, or
 * out of the database.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "choice.h"
#include "command.h"
#include "exportwalk.h"
#include "matrix/follow.h"
#include "project/keeping.h"
#include "project/project.h"
#include "project/values.h"
#include "session.h"
#include "statsprint.h"
#include "store/projects.h"

enum {
	OPTION_PROJECT,
	OPTION_CONFIG,
	OPTION_DIMENSION,
	OPTION_COEFFICIENT,
	OPTION_WEIGHTS,
	OPTION_DISTANCE,
	OPTION_BY,
	OPTION_METHODOLOGY,
	OPTION_THRESHOLD,
	OPTION_SEED,
	OPTION_DRAWS,
	OPTION_SKENE,
	OPTION_UNNAMED,
	OPTION_KEEP_GOING,
	OPTION_FORMAT
};

static const struct option_row options[] = {
    [OPTION_PROJECT] = {"project", "ID",
	"a project of the database, in place of files; the account of import can also keep "
	"what is computed",
	false},
    [OPTION_CONFIG] = {"label-config", "FILE",
	"labeling configuration (XML); without it the results suggest the dimensions",
	false},
    [OPTION_DIMENSION] = {"dimension", "NAME",
	"only this dimension: its name, control or number", false},
    [OPTION_COEFFICIENT] = {"coefficient", "NAME",
	"percent, cohen, scott, fleiss, conger, brennan_prediger, ac1, ac2 or alpha, the "
	"default",
	false},
    [OPTION_WEIGHTS] = {"weights", "NAME",
	"of the coefficient: identity, linear, quadratic, ordinal, radical, ratio, jaccard "
	"or masi",
	false},
    [OPTION_DISTANCE] = {"distance", "NAME",
	"of alpha: nominal, ordinal, interval, ratio, jaccard, masi or score", false},
    [OPTION_BY] = {"by", "NAME",
	"what the table has a row for, and coefficients are of: pair, person (all but that "
	"one), label, task, dimension or category",
	false},
    [OPTION_METHODOLOGY] = {"methodology", "pairwise|consensus",
	"how the agreement of a task is counted; default: pairwise, or as the project says",
	false},
    [OPTION_THRESHOLD] = {"threshold", "X",
	"count the tasks whose agreement is below this, from 0 to 1", false},
    [OPTION_SEED] = {"seed", "N", "of what is drawn; default: 1", false},
    [OPTION_DRAWS] = {"draws", "N",
	"of the bootstrap, up to 10000; default: 1000, and 0: none", false},
    [OPTION_SKENE] = {"dawid-skene", NULL,
	"estimate the error rates of people and the most likely label of each task", false},
    [OPTION_UNNAMED] = {"unnamed", NULL,
	"annotations that do not say whose they are take part, each for itself", false},
    [OPTION_KEEP_GOING] = {"keep-going", NULL,
	"name and skip tasks and files that cannot be read, instead of ending there; the "
	"status is 0 all the same unless it was a file",
	false},
    [OPTION_FORMAT] = {"format", "table|json|csv", "how to print; default: table", false},
    {0},
};

extern char **environ;

/* Warnings that are printed; there is one for each value that cannot be compared. */
#define WARNINGS 20

typedef enum err print_stats(const struct stats *s, struct error *e);

struct job {
	const struct arguments *arguments;
	struct arena *arena;
	struct stats stats;
	print_stats *print;
	struct config config; /* its defaults, where no database is asked */
	uint64_t warnings;
	struct error e;

	/* Of files: */
	struct offline offline;
	struct exportwalk walk;
	struct embedding *embedding;

	/* Of a project: */
	struct session session;
	struct project project;
	struct keeping keeping;
	struct store_user *users; /* by id */
	size_t n_users;
};

/* ---- options */

static const char *
by_name(int i)
{
	return stats_by_names[i];
}

static const char *
methodology_name(int i)
{
	return i == AGREEMENT_CONSENSUS ? "consensus" : "pairwise";
}

static const struct {
	const char *name;
	print_stats *print;
} formats[] = {
    {"table", statsprint_table}, {"json", statsprint_json}, {"csv", statsprint_csv}};

static const char *
format_name(int i)
{
	return formats[i].name;
}

/* Options that are one of several names. */
static enum err
read_names(struct job *j)
{
	static const struct {
		int option, n;
		choice_name *name;
	} rows[] = {
	    {OPTION_COEFFICIENT, COEFFICIENT__MAX, choice_coefficient},
	    {OPTION_WEIGHTS, WEIGHTING__MAX, choice_weights},
	    {OPTION_DISTANCE, DISTANCE__MAX + 1, choice_distance},
	    {OPTION_BY, STATS_BY__MAX, by_name},
	    {OPTION_METHODOLOGY, 2, methodology_name},
	    {OPTION_FORMAT, (int)N_OF(formats), format_name},
	};
	const char *const *given = j->arguments->option;
	int found[COMMAND_OPTIONS] = {0};
	struct stats_options *o = &j->stats.o;
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < N_OF(rows); i++) {
		char what[64];

		snprintf(what, sizeof(what), "--%s", options[rows[i].option].name);
		err = choice_find(what, str_of(given[rows[i].option]), rows[i].name,
		    rows[i].n, &found[rows[i].option], &j->e);
	}
	o->wish = (struct reliability_wish){
	    .has_coefficient = given[OPTION_COEFFICIENT] != NULL,
	    .has_weights = given[OPTION_WEIGHTS] != NULL,
	    .has_distance = given[OPTION_DISTANCE] != NULL,
	    .coefficient = (enum coefficient)found[OPTION_COEFFICIENT],
	    .weights = (enum weighting_kind)found[OPTION_WEIGHTS],
	    .distance = (enum distance_kind)found[OPTION_DISTANCE],
	};
	o->has_by = given[OPTION_BY] != NULL;
	o->by = (enum stats_by)found[OPTION_BY];
	o->methodology = (enum agreement_methodology)found[OPTION_METHODOLOGY];
	j->print = formats[found[OPTION_FORMAT]].print;
	return err;
}

#define DRAWS_MOST 10000

static enum err
read_numbers(struct job *j)
{
	const char *const *given = j->arguments->option;
	struct reliability_wish *wish = &j->stats.o.wish;
	int64_t n = 0;

	wish->has_seed = given[OPTION_SEED] != NULL;
	if (wish->has_seed && !number_between(str_of(given[OPTION_SEED]), 0, INT64_MAX, &n))
		return error_set(&j->e, ERR_INPUT, "--seed: a number is required");
	wish->seed = (uint64_t)n;
	wish->has_draws = given[OPTION_DRAWS] != NULL;
	if (wish->has_draws &&
	    !number_between(str_of(given[OPTION_DRAWS]), 0, DRAWS_MOST, &n))
		return error_set(&j->e, ERR_INPUT,
		    "--draws: a number from 0 to %d is required", DRAWS_MOST);
	wish->draws = (size_t)n;
	j->stats.o.threshold = (double)NAN;
	if (given[OPTION_THRESHOLD] != NULL &&
	    (!number_double(str_of(given[OPTION_THRESHOLD]), &j->stats.o.threshold) ||
		j->stats.o.threshold < 0.0 || j->stats.o.threshold > 1.0))
		return error_set(&j->e, ERR_INPUT,
		    "--threshold: \"%s\" is no number from 0 to 1",
		    given[OPTION_THRESHOLD]);
	if (given[OPTION_WEIGHTS] != NULL && given[OPTION_DISTANCE] != NULL)
		return error_set(
		    &j->e, ERR_INPUT, "there are --weights or a --distance, not both");
	return ERR_OK;
}

static enum err
read_sources(struct job *j)
{
	const char *const *given = j->arguments->option;
	static const int of_files[] = {OPTION_CONFIG, OPTION_UNNAMED, OPTION_KEEP_GOING};

	if ((given[OPTION_PROJECT] != NULL) == (j->arguments->n_rest > 0))
		return error_set(&j->e, ERR_INPUT, "either files or --project is required");
	for (size_t i = 0; given[OPTION_PROJECT] != NULL && i < N_OF(of_files); i++)
		if (given[of_files[i]] != NULL)
			return error_set(&j->e, ERR_INPUT, "--%s is for files",
			    options[of_files[i]].name);
	if (given[OPTION_PROJECT] != NULL &&
	    !number_between(str_of(given[OPTION_PROJECT]), 1, INT64_MAX, &j->project.id))
		return error_set(
		    &j->e, ERR_INPUT, "--project: \"%s\" is no id", given[OPTION_PROJECT]);
	j->stats.o.skene = given[OPTION_SKENE] != NULL;
	return ERR_OK;
}

/* ---- files */

static void
warn(struct job *j, int64_t task, const struct kept *k)
{
	for (size_t i = 0; i < k->n_warnings; i++)
		if (j->warnings++ < WARNINGS)
			fprintf(stderr,
			    "agreement-matrix stats: warning: task %" PRId64 ": %.*s\n",
			    task, STR_ARG(k->warnings[i].text));
}

static enum err
take_times(struct job *j, const struct export_task *t)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < t->n_annotations; i++) {
		const struct export_annotation *v = &t->annotations[i];
		const struct store_user *by =
		    people_find(&j->offline.people, &v->completed_by);

		if (!v->was_cancelled && v->lead_time.given && by != NULL)
			err = leadtimes_add(&j->stats.times, by->id, v->lead_time.value);
	}
	return err == ERR_OK ? ERR_OK : error_memory(&j->e);
}

static enum err
take_task(void *context, struct arena *a, const struct export_task *t)
{
	struct job *j = context;
	int64_t task = exportwalk_number(&j->walk, t);
	struct kept k;
	enum err err = offline_kept(&j->offline, a, t, &k, &j->e);

	if (err == ERR_OK)
		err = stats_take(&j->stats, task, &k, &j->e);
	if (err == ERR_OK)
		err = take_times(j, t);
	if (err == ERR_OK)
		warn(j, task, &k);
	return err;
}

/* Values whose results are looked for in the files. */
struct looking {
	struct job *j;
	struct arena *arena;
	const struct distances_value *values; /* by task */
	size_t n;
	struct matrix_side *sides;
	size_t found, left; /* values; bytes */
	enum err err;	    /* ends it, whatever is passed over */
};

/* The first value of a task; n: there is none. */
static size_t
first_of(const struct looking *l, int64_t task)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->values[middle].task < task)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->n && l->values[low].task == task ? low : l->n;
}

static bool
is_looked_for(void *context, const struct export_task *t)
{
	struct looking *l = context;

	return l->err == ERR_OK && first_of(l, exportwalk_number(&l->j->walk, t)) < l->n;
}

static enum err
look_in(void *context, struct arena *a, const struct export_task *t)
{
	struct looking *l = context;
	int64_t task = exportwalk_number(&l->j->walk, t);

	for (size_t i = first_of(l, task);
	    l->err == ERR_OK && i < l->n && l->values[i].task == task; i++) {
		l->err = offline_value(&l->j->offline, l->arena, a, t,
		    &l->values[i].version, &l->left, &l->sides[i], &l->j->e);
		l->found += l->err == ERR_OK;
	}
	return ERR_OK;
}

static enum err
results_of_files(void *context, struct arena *a, const struct distances_value *values,
    size_t n, struct matrix_side *r, struct error *e)
{
	struct job *j = context;
	struct looking l = {.j = j,
	    .arena = a,
	    .values = values,
	    .n = n,
	    .sides = r,
	    .left = (size_t)j->config.number[CONFIG_MAX_BYTES]};
	const struct exportwalk_visitor visitor = {is_looked_for, look_in, &l};
	enum err err = exportwalk_tasks(&j->walk, &visitor, e);

	if (err == ERR_OK && l.err != ERR_OK)
		return error_set(e, l.err, "%s", err_text(l.err));
	return err == ERR_OK && l.found < n
	    ? error_set(e, ERR_NOT_FOUND, "the files have changed meanwhile")
	    : err;
}

static const struct store_user *
user_of_files(const void *context, int64_t id)
{
	return offline_user(context, id);
}

/* Chooses the dimensions; the settings count only where one needs a server. */
static enum err
choose(struct job *j)
{
	const struct store_dimension *named = NULL;
	enum err err = offline_every(
	    &j->offline, str_of(j->arguments->option[OPTION_DIMENSION]), &named, &j->e);

	if (err != ERR_OK)
		return err;
	j->stats.o.dimension = named == NULL ? 0 : named->id;
	if (!offline_embeds(&j->offline))
		return ERR_OK;
	err = embedding_open_run(environ, &j->embedding, &j->e);
	if (err == ERR_OK)
		offline_embed(&j->offline, j->embedding);
	j->stats.embedding = j->embedding;
	return err;
}

static enum err
read_files(struct job *j)
{
	const struct exportwalk_visitor visitor = {NULL, take_task, j};
	struct store_dimension_list rows;
	enum err err = exportwalk_config(
	    &j->walk, j->arena, j->arguments->option[OPTION_CONFIG], &j->e);

	j->stats.o.results = results_of_files;
	j->stats.user = user_of_files;
	j->stats.users = &j->offline;
	if (err == ERR_OK)
		err = exportwalk_survey(&j->walk, &j->e);
	if (err == ERR_OK)
		err = choose(j);
	rows = (struct store_dimension_list){j->offline.rows.list, j->offline.rows.n};
	if (err == ERR_OK)
		err = stats_begin(&j->stats, &rows, &j->offline.dimensions, &j->e);
	if (err == ERR_OK)
		err = exportwalk_tasks(&j->walk, &visitor, &j->e);
	if (err == ERR_OK)
		err = stats_finish(&j->stats, &j->e);
	if (err == ERR_OK && j->warnings > WARNINGS)
		fprintf(stderr, "agreement-matrix stats: %" PRIu64 " more warnings\n",
		    j->warnings - WARNINGS);
	if (err == ERR_OK)
		exportwalk_tell(&j->walk);
	return err;
}

/* ---- a project */

static void
keep(void *context, struct arena *a, int64_t task, const struct kept *k)
{
	struct job *j = context;

	keeping_add(&j->keeping, a, j->project.id, task, k);
}

static enum err
results_of_project(void *context, struct arena *a, const struct distances_value *values,
    size_t n, struct matrix_side *r, struct error *e)
{
	struct job *j = context;

	return values_read(j->session.store, a, values, n,
	    (size_t)j->config.number[CONFIG_MAX_BYTES], r, e);
}

static int
by_id(const void *key, const void *user)
{
	int64_t a = *(const int64_t *)key, b = ((const struct store_user *)user)->id;

	return (a > b) - (a < b);
}

static const struct store_user *
user_of_project(const void *context, int64_t id)
{
	const struct job *j = context;

	return j->n_users == 0
	    ? NULL
	    : bsearch(&id, j->users, j->n_users, sizeof(j->users[0]), by_id);
}

static enum err
begin_project(void *context, struct error *e)
{
	struct job *j = context;
	const struct store_dimension *named = NULL;
	struct str name = str_of(j->arguments->option[OPTION_DIMENSION]);
	enum err err =
	    name.s == NULL ? ERR_OK : dimension_find(&j->project.rows, name, &named, e);

	if (err != ERR_OK)
		return err;
	j->stats.o.dimension = named == NULL ? 0 : named->id;
	return stats_begin(&j->stats, &j->project.rows, &j->project.all, e);
}

static enum err
take_kept(void *context, int64_t task, struct kept *k, struct error *e)
{
	struct job *j = context;

	return stats_take(&j->stats, task, k, e);
}

/* How the project counts, unless it is said here. */
static enum err
read_settings(struct job *j)
{
	struct store_settings settings;
	enum err err =
	    projects_settings(j->session.store, j->arena, j->project.id, &settings, &j->e);

	if (err != ERR_OK)
		return err;
	if (j->arguments->option[OPTION_METHODOLOGY] == NULL)
		j->stats.o.methodology =
		    settings.consensus ? AGREEMENT_CONSENSUS : AGREEMENT_PAIRWISE;
	if (j->arguments->option[OPTION_THRESHOLD] == NULL)
		j->stats.o.threshold = settings.threshold;
	return ERR_OK;
}

static enum err
read_users(struct job *j, int64_t organization)
{
	struct tally_people people = tally_people(j->stats.tally);
	int64_t *ids = arena_alloc(j->arena, people.n * sizeof(ids[0]));
	size_t n = stats_annotators(&j->stats);

	if (ids == NULL)
		return error_memory(&j->e);
	for (size_t i = 0; i < n; i++)
		ids[i] = people.list[i].user;
	return n == 0 ? ERR_OK
		      : store_users(j->session.store, j->arena, organization, ids, n,
			    &j->users, &j->n_users, &j->e);
}

static enum err
read_project(struct job *j, const struct store_project *row)
{
	const struct project_reader reader = {PROJECT_LABELS, begin_project, take_kept, j};
	struct project_count count = {0};
	struct project_state state;
	enum err err = project_begin(&j->project, &j->e);

	j->stats.embedding = j->embedding;
	if (err == ERR_OK)
		err = read_settings(j);
	if (err == ERR_OK)
		err = project_changes(&j->project, &state, &j->e);
	if (err == ERR_OK)
		err = project_read(&j->project, &state, &reader, &count, &j->e);
	keeping_flush(&j->keeping);
	if (err == ERR_OK)
		err =
		    leadtimes_read(&j->stats.times, j->session.store, j->project.id, &j->e);
	if (err == ERR_OK)
		err = stats_finish(&j->stats, &j->e);
	return err == ERR_OK ? read_users(j, row->organization) : err;
}

static enum err
read_database(struct job *j)
{
	struct store_project row;
	struct store *store = j->session.store;
	enum err err = embedding_open(&j->config, store, &j->embedding, &j->e);

	j->stats.o.results = results_of_project;
	j->stats.user = user_of_project;
	j->stats.users = j;
	keeping_begin(&j->keeping, store);
	j->project = (struct project){
	    .id = j->project.id,
	    .store = store,
	    .embedding = j->embedding,
	    .embedding_name = embedding_name(j->arena, &j->config),
	    .arena = j->arena,
	    .keep = keep,
	    .context = j,
	};
	if (err == ERR_OK && j->project.embedding_name.s == NULL)
		err = error_memory(&j->e);
	if (err == ERR_OK)
		err = follow_project(
		    store, j->arena, j->project.id, &row, &j->project.rows, &j->e);
	if (err != ERR_OK)
		return err;
	j->project.fingerprint = row.fingerprint;
	return read_project(j, &row);
}

/* ---- the command */

static int
end_with(struct job *j, enum err err)
{
	if (err == ERR_OK)
		err = j->print(&j->stats, &j->e);
	if (err != ERR_OK)
		return command_failed(&command_stats, "%s", j->e.text);
	return command_printed(&command_stats);
}

static int
run_project(struct job *j)
{
	int status = session_begin(&j->session, &command_stats);

	if (status != EXIT_OK)
		return status;
	j->config = j->session.config;
	j->stats.o.max_cost = (double)j->config.number[CONFIG_MAX_COST];
	status = end_with(j, read_database(j));
	keeping_end(&j->keeping);
	embedding_close(j->embedding);
	session_end(&j->session);
	return status;
}

static int
run_files(struct job *j)
{
	const char *const *given = j->arguments->option;
	char *const nothing[] = {NULL};
	int status;

	j->offline =
	    (struct offline){.arena = j->arena, .unnamed = given[OPTION_UNNAMED] != NULL};
	j->walk = (struct exportwalk){.command = &command_stats,
	    .files = j->arguments->rest,
	    .n = j->arguments->n_rest,
	    .keep_going = given[OPTION_KEEP_GOING] != NULL,
	    .offline = &j->offline};
	if (config_read(&j->config, nothing, &j->e) != ERR_OK)
		return command_failed(&command_stats, "%s", j->e.text);
	j->stats.o.max_cost = (double)j->config.number[CONFIG_MAX_COST];
	if (exportwalk_begin(&j->walk, j->arena) != ERR_OK)
		status = command_failed(&command_stats, "%s", err_text(ERR_MEMORY));
	else
		status = end_with(j, read_files(j));
	if (status == EXIT_OK && j->walk.bad_file)
		status = EXIT_FAILED;
	offline_end(&j->offline);
	embedding_close(j->embedding);
	config_free(&j->config);
	return status;
}

static int
run(const struct arguments *arguments)
{
	struct job j = {.arguments = arguments, .arena = arena_new(0)};
	int status;

	j.stats.arena = arena_new(0);
	j.stats.o.context = &j;
	if (j.arena == NULL || j.stats.arena == NULL)
		return command_failed(&command_stats, "%s", err_text(ERR_MEMORY));
	if (read_names(&j) != ERR_OK || read_numbers(&j) != ERR_OK ||
	    read_sources(&j) != ERR_OK)
		status = command_usage(&command_stats, "%s", j.e.text);
	else
		status = arguments->option[OPTION_PROJECT] != NULL ? run_project(&j)
								   : run_files(&j);
	stats_end(&j.stats);
	arena_free(j.stats.arena);
	arena_free(j.arena);
	return status;
}

const struct command command_stats = {
    .name = "stats",
    .rest = "FILE..",
    .min_rest = 0,
    .max_rest = INT_MAX,
    .options = options,
    .run = run,
    .doc = "print the statistics of a project, out of an export without any database or "
	   "server, or out of the database",
};
