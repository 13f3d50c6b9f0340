/*
 * compute: the matrices of an export, without any database or server.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "command.h"
#include "exportwalk.h"
#include "offline/offline.h"
#include "base/number.h"
#include "base/utf8.h"
#include "service/render.h"
#include "service/render_pair.h"
#include "service/selection_read.h"
#include "json/write.h"

enum {
	OPTION_CONFIG,
	OPTION_TASK,
	OPTION_DIMENSION,
	OPTION_METRIC,
	OPTION_PARAMS,
	OPTION_PATH,
	OPTION_SELECTION,
	OPTION_PAIR,
	OPTION_UNNAMED,
	OPTION_KEEP_GOING,
	OPTION_FORMAT
};

static const struct option_row options[] = {
    [OPTION_CONFIG] = {"label-config", "FILE",
	"labeling configuration (XML); without it the results suggest the dimensions",
	false},
    [OPTION_TASK] = {"task", "ID",
	"only this task; its answer is that of the HTTP endpoint", false},
    [OPTION_DIMENSION] = {"dimension", "NAME",
	"only this dimension: its name, control or number", false},
    [OPTION_METRIC] = {"metric", "NAME",
	"compare that dimension by this metric instead of its control's default", false},
    [OPTION_PARAMS] = {"params", "JSON", "parameters of that metric", false},
    [OPTION_PATH] = {"path", "PATH",
	"compare the part of each value of that dimension at this JSON path ($.a.b[*].c), "
	"by "
	"--metric or exactly",
	false},
    [OPTION_SELECTION] = {"selection", "JSON",
	"who takes part, as the HTTP endpoint takes it; default: all annotators, all "
	"models",
	false},
    [OPTION_PAIR] = {"pair", "A,B",
	"why the cell of A and B in the matrix of that task is what it is; A and B are ids "
	"of users, model:VERSION, ground_truth or annotation:ID",
	false},
    [OPTION_UNNAMED] = {"unnamed", NULL,
	"annotations that do not say whose they are take part with all annotators, each "
	"for "
	"itself",
	false},
    [OPTION_KEEP_GOING] = {"keep-going", NULL,
	"name and skip tasks and files that cannot be read, instead of ending there; the "
	"status is 0 all the same unless it was a file",
	false},
    [OPTION_FORMAT] = {"format", "json|table|csv", "how to print; default: json", false},
    {0},
};

extern char **environ;

#define DEFAULT_SELECTION "{\"annotators\":{\"all\":true},\"models\":{\"all\":true}}"

/* What a task is called: by its id, or by its place in a file, which is named where there
 * are several. */
struct name {
	int64_t number;
	const char *file; /* NULL: none */
};

struct job {
	const struct arguments *arguments;
	struct arena *arena;
	struct offline offline;
	struct exportwalk walk;
	struct embedding *embedding;
	struct selection selection;
	bool is_pair; /* not the matrix, but one cell of it: */
	struct str pair[2];
	bool one; /* only the task `task` */
	int64_t task;
	bool found;
	bool (*print)(const struct job *j, struct arena *a, const struct name *name,
	    const struct offline_answer *m);
	struct error e;
};

static void
warn(void *context, const struct matrix_warning *w)
{
	(void)context;
	fprintf(stderr, "agreement-matrix compute: warning: %s\n", w->text);
}

/* Label of a row for tables: an annotator's email, a model's or the ground truth's name. */
static const char *
row_name(struct arena *a, const struct matrix_row *r)
{
	const char *name = "ground_truth";

	if (r->participant->kind == PARTICIPANT_ANNOTATOR)
		name = r->user == NULL ? arena_printf(a, "%" PRId64, r->participant->user)
				       : arena_printf(a, "%.*s", STR_ARG(r->user->email));
	else if (r->participant->kind == PARTICIPANT_UNNAMED)
		name = arena_printf(a, "annotation:%" PRId64, r->participant->user);
	else if (r->participant->kind == PARTICIPANT_MODEL)
		name = arena_printf(a, "model:%.*s", STR_ARG(r->participant->model));
	return name == NULL ? "" : name;
}

static void
put_file(struct buf *line, const char *file)
{
	struct json_writer w = JSON_WRITER(line);

	buf_puts(line, "\"file\":");
	json_write_text(&w, NULL, str_of(file));
	buf_puts(line, ",");
}

static bool
print_json(const struct job *j, struct arena *a, const struct name *name,
    const struct offline_answer *m)
{
	struct buf b = BUF_INIT, line = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	bool ok;

	(void)a;
	render_matrix(&w, &m->matrix, m->rows, STR(""));
	ok = !buf_failed(&b);
	if (ok && !j->one) {
		buf_printf(&line, "{\"task\":%" PRId64 ",", name->number);
		if (name->file != NULL)
			put_file(&line, name->file);
		buf_puts(&line, b.s + 1);
	}
	ok = ok && !buf_failed(&line) && puts(j->one ? b.s : line.s) >= 0;
	buf_free(&b);
	buf_free(&line);
	return ok;
}

static const char *
cell_text(double v, char out[static NUMBER_ROOM], const char *null)
{
	if (isnan(v))
		return null;
	number_write(out, v);
	return out;
}

static bool
print_table(const struct job *j, struct arena *a, const struct name *name,
    const struct offline_answer *m)
{
	size_t n = m->matrix.n;

	(void)j;
	printf("task %" PRId64 "%s%s\n", name->number, name->file == NULL ? "" : " of ",
	    name->file == NULL ? "" : name->file);
	for (size_t i = 0; i < n; i++) {
		printf("  %3zu  %-32s", i + 1, row_name(a, &m->rows[i]));
		for (size_t k = 0; k < n; k++)
			if (isnan(m->matrix.cells[i * n + k]))
				printf("      -");
			else
				printf("  %.3f", m->matrix.cells[i * n + k]);
		printf("\n");
	}
	return !ferror(stdout);
}

static void
print_quoted(const char *s)
{
	putchar('"');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			putchar('"');
		putchar(*s);
	}
	putchar('"');
}

static void
print_name(struct arena *a, const struct name *name)
{
	const char *text = name->file == NULL
	    ? NULL
	    : arena_printf(a, "%s:%" PRId64, name->file, name->number);

	if (text == NULL)
		printf("%" PRId64, name->number);
	else
		print_quoted(text);
	putchar(',');
}

static bool
print_csv(const struct job *j, struct arena *a, const struct name *name,
    const struct offline_answer *m)
{
	size_t n = m->matrix.n;
	char number[NUMBER_ROOM];

	(void)j;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			print_name(a, name);
			print_quoted(row_name(a, &m->rows[i]));
			putchar(',');
			print_quoted(row_name(a, &m->rows[k]));
			printf(",%s\n", cell_text(m->matrix.cells[i * n + k], number, ""));
		}
	return !ferror(stdout);
}

static const struct {
	const char *name;
	bool (*print)(const struct job *, struct arena *, const struct name *,
	    const struct offline_answer *);
} formats[] = {{"json", print_json}, {"table", print_table}, {"csv", print_csv}};

/* The two participants of a cell, which then make the selection. EXIT_OK or the status. */
static int
read_pair(struct job *j)
{
	const char *const *given = j->arguments->option;
	struct str text = str_of(given[OPTION_PAIR]), first = text;
	const char *comma = strchr(text.s, ',');

	if (given[OPTION_TASK] == NULL)
		return command_usage(&command_compute, "--pair needs --task");
	if (given[OPTION_SELECTION] != NULL)
		return command_usage(&command_compute, "--pair goes without --selection");
	if (j->print != print_json)
		return command_usage(
		    &command_compute, "--pair is printed as json, not as table or csv");
	first.n = comma == NULL ? 0 : (size_t)(comma - text.s);
	if (first.n == 0 || first.n + 1 == text.n)
		return command_usage(
		    &command_compute, "--pair: two participants are required, as 1,2");
	j->is_pair = true;
	j->pair[0] = first;
	j->pair[1] = str_of(comma + 1);
	return participants_pair(j->arena,
		   (const struct participant[]){
		       participant_named(j->pair[0]), participant_named(j->pair[1])},
		   &j->selection) == ERR_OK
	    ? EXIT_OK
	    : command_failed(&command_compute, "%s", err_text(ERR_MEMORY));
}

/* Check the options; EXIT_OK or the status to end with. */
static int
read_options(struct job *j)
{
	const char *const *given = j->arguments->option;
	const char *selection =
	    given[OPTION_SELECTION] == NULL ? DEFAULT_SELECTION : given[OPTION_SELECTION];
	const char *format = given[OPTION_FORMAT] == NULL ? "json" : given[OPTION_FORMAT];

	for (size_t i = 0; i < N_OF(formats); i++)
		if (strcmp(format, formats[i].name) == 0)
			j->print = formats[i].print;
	if (j->print == NULL)
		return command_usage(
		    &command_compute, "--format: \"%s\" is not json, table or csv", format);
	if (given[OPTION_METRIC] != NULL && given[OPTION_DIMENSION] == NULL)
		return command_usage(&command_compute, "--metric needs --dimension");
	if (given[OPTION_PATH] != NULL && given[OPTION_DIMENSION] == NULL)
		return command_usage(&command_compute, "--path needs --dimension");
	if (given[OPTION_PARAMS] != NULL && given[OPTION_METRIC] == NULL)
		return command_usage(&command_compute, "--params needs --metric");
	j->one = given[OPTION_TASK] != NULL;
	if (j->one && !number_between(str_of(given[OPTION_TASK]), 0, INT64_MAX, &j->task))
		return command_usage(&command_compute, "--task: a number is required");
	if (given[OPTION_PAIR] != NULL)
		return read_pair(j);
	if (selection_parse_json(j->arena, str_of(selection), &j->selection, &j->e) !=
	    ERR_OK)
		return command_usage(&command_compute, "--selection: %s", j->e.text);
	return EXIT_OK;
}

static bool
is_asked(void *context, const struct export_task *t)
{
	struct job *j = context;
	bool asked = !j->one || (t->id.given ? t->id.value : (int64_t)t->number) == j->task;

	j->found |= asked;
	return asked;
}

/* The same JSON as that of the HTTP endpoint. */
static enum err
answer_pair(struct job *j, struct arena *a, const struct export_task *t)
{
	struct offline_pair pair;
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	enum err err = offline_explain(&j->offline, a, t, j->pair, &pair, &j->e);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? error_prefix(&j->e, err, "--pair: ") : err;
	render_pair(&w, &pair.explained, &pair.rows[0], &pair.rows[1], STR(""));
	if (buf_failed(&b))
		err = error_memory(&j->e);
	else if (puts(b.s) < 0)
		err = error_set(&j->e, ERR_IO, "standard output: %s", strerror(errno));
	buf_free(&b);
	return err;
}

static enum err
answer(void *context, struct arena *a, const struct export_task *t)
{
	struct job *j = context;
	bool several = !t->id.given && j->arguments->n_rest > 1;
	const struct name name = {t->id.given ? t->id.value : (int64_t)t->number,
	    several && utf8_valid(str_of(j->walk.path)) ? j->walk.path : NULL};
	struct offline_answer answer;
	enum err err;

	if (j->is_pair)
		return answer_pair(j, a, t);
	err = offline_task(&j->offline, a, t, &answer, &j->e);
	if (err == ERR_OK && !j->print(j, a, &name, &answer))
		err = error_set(&j->e, ERR_IO, "standard output: %s", strerror(errno));
	return err;
}

/* The settings count only where a dimension needs a server. */
static enum err
choose(struct job *j)
{
	const char *const *given = j->arguments->option;
	struct str name = str_of(given[OPTION_DIMENSION]),
		   path = str_of(given[OPTION_PATH]);
	enum err err = path.s == NULL ? offline_choose(&j->offline, name, &j->e)
				      : offline_pick(&j->offline, name, path, &j->e);

	if (err == ERR_OK && given[OPTION_METRIC] != NULL)
		err = offline_measure(&j->offline, str_of(given[OPTION_METRIC]),
		    str_of(given[OPTION_PARAMS]), &j->e);
	if (err != ERR_OK || !offline_embeds(&j->offline))
		return err;
	err = embedding_open_run(environ, &j->embedding, &j->e);
	if (err == ERR_OK)
		offline_embed(&j->offline, j->embedding);
	return err;
}

static enum err
work(struct job *j)
{
	const struct exportwalk_visitor visitor = {is_asked, answer, j};
	enum err err = exportwalk_config(
	    &j->walk, j->arena, j->arguments->option[OPTION_CONFIG], &j->e);

	if (err == ERR_OK)
		err = exportwalk_survey(&j->walk, &j->e);
	if (err == ERR_OK)
		err = choose(j);
	if (err == ERR_OK && j->print == print_csv)
		puts("task,a,b,score");
	if (err == ERR_OK)
		err = exportwalk_tasks(&j->walk, &visitor, &j->e);
	if (err == ERR_OK)
		exportwalk_tell(&j->walk);
	if (err == ERR_OK && j->one && !j->found)
		err = error_set(&j->e, ERR_NOT_FOUND, "%s%s: there is no task %" PRId64,
		    j->arguments->rest[0],
		    j->arguments->n_rest > 1 ? " and the other files" : "", j->task);
	return err;
}

static int
run(const struct arguments *arguments)
{
	struct job j = {
	    .arguments = arguments,
	    .arena = arena_new(0),
	    .walk = {.command = &command_compute,
		.files = arguments->rest,
		.n = arguments->n_rest,
		.keep_going = arguments->option[OPTION_KEEP_GOING] != NULL,
		.offline = &j.offline},
	};
	int status;

	if (j.arena == NULL || exportwalk_begin(&j.walk, j.arena) != ERR_OK)
		return command_failed(&command_compute, "%s", err_text(ERR_MEMORY));
	j.offline = (struct offline){.arena = j.arena,
	    .selection = &j.selection,
	    .options = {.warn = warn},
	    .unnamed = arguments->option[OPTION_UNNAMED] != NULL};
	status = read_options(&j);
	if (status == EXIT_OK && work(&j) != ERR_OK)
		status = command_failed(&command_compute, "%s", j.e.text);
	if (status == EXIT_OK && fflush(stdout) != 0)
		status = command_failed(
		    &command_compute, "standard output: %s", strerror(errno));
	if (status == EXIT_OK && j.walk.bad_file)
		status = EXIT_FAILED;
	offline_end(&j.offline);
	embedding_close(j.embedding);
	arena_free(j.arena);
	return status;
}

const struct command command_compute = {
    .name = "compute",
    .rest = "FILE..",
    .min_rest = 1,
    .max_rest = INT_MAX,
    .options = options,
    .run = run,
    .doc = "print the agreement matrices of an export, without any database or server",
};
