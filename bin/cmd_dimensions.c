/*
 * dimensions: see and change what a project is compared by.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "matrix/dimension.h"
#include "matrix/follow.h"
#include "service/render.h"
#include "base/number.h"
#include "change.h"
#include "command.h"
#include "json/write.h"
#include "session.h"
#include "table.h"

/* The project is the first option of all three. */
enum { OPTION_PROJECT, OPTION_FORMAT };

static const struct option_row list_options[] = {
    [OPTION_PROJECT] = {"project", "ID", "the project", true},
    [OPTION_FORMAT] = {"format", "table|json",
	"how to print: a table (default), or what the HTTP service answers", false},
    {0},
};

static const struct option_row sync_options[] = {
    [OPTION_PROJECT] = {"project", "ID", "the project", true},
    {0},
};

static const struct option_row remove_options[] = {
    [CHANGE_PROJECT] = {"project", "ID", "the project", true},
    [CHANGE_DIMENSION] = {"dimension", "ID|NAME", "which one: its id, name or control",
	true},
    {0},
};

static const struct command list_command, set_command, add_command, remove_command,
    sync_command;

struct job {
	struct session s;
	const struct arguments *a;
	int64_t project;
	struct store_dimension_list list;
};

static enum err
print_json(struct job *j)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	bool whole;

	w.pretty = true;
	json_open_array(&w, NULL);
	for (size_t i = 0; i < j->list.n; i++)
		render_dimension(j->s.arena, &w, &j->list.items[i]);
	json_close_array(&w);
	whole = !buf_failed(&b);
	if (whole)
		puts(b.s);
	buf_free(&b);
	return whole ? ERR_OK : error_memory(&j->s.e);
}

static const char *
state_of(const struct store_dimension *d)
{
	if (!d->is_present)
		return "no such control";
	return d->is_active ? "yes" : "no";
}

static enum err
print_table(struct job *j, const struct store_dimension *items, size_t n)
{
	static const char *const headings[] = {"id", "name", "control", "type", "metric",
	    "weight", "active", "parameters", NULL};
	struct table t;

	table_begin(&t, j->s.arena, headings);
	for (size_t i = 0; i < n; i++) {
		char weight[NUMBER_ROOM];

		number_write(weight, items[i].weight);
		table_cell(&t, "%" PRId64, items[i].id);
		table_text(&t, items[i].name);
		table_text(&t, items[i].control_tag);
		table_text(&t, items[i].control_type);
		table_text(&t, items[i].metric_type);
		table_text(&t, str_of(weight));
		table_text(&t, str_of(state_of(&items[i])));
		table_text(&t, items[i].metric_params);
	}
	return table_print(&t) == ERR_OK ? ERR_OK : error_memory(&j->s.e);
}

/* The project's dimensions as the service has them, following the configuration first. */
static enum err
load(struct job *j)
{
	return follow_project(j->s.store, j->s.arena, j->project, NULL, &j->list, &j->s.e);
}

static enum err
list(struct job *j)
{
	const char *format = j->a->option[OPTION_FORMAT];
	enum err err = load(j);

	if (err != ERR_OK)
		return err;
	if (format != NULL && strcmp(format, "json") == 0)
		return print_json(j);
	return print_table(j, j->list.items, j->list.n);
}

static enum err
sync(struct job *j)
{
	enum err err = follow_config(j->s.store, j->s.arena, j->project, &j->list, &j->s.e);

	return err == ERR_OK ? print_table(j, j->list.items, j->list.n) : err;
}

/* The dimension that --dimension means. */
static enum err
find(struct job *j, const struct store_dimension **r)
{
	struct str name = str_of(j->a->option[CHANGE_DIMENSION]);
	enum err err = dimension_find(&j->list, name, r, &j->s.e);

	return err == ERR_OK
	    ? ERR_OK
	    : error_prefix(&j->s.e, err, "--dimension: project %" PRId64 ": ", j->project);
}

static enum err
set(struct job *j)
{
	const struct store_dimension *old = NULL;
	struct store_dimension d;
	unsigned fields;
	enum err err = load(j);

	if (err == ERR_OK)
		err = find(j, &old);
	if (err != ERR_OK)
		return err;
	d = *old;
	err = change_read(&j->s, j->a, &d, &fields);
	if (err == ERR_OK)
		err = store_dimension_set(j->s.store, &d, fields, &j->s.e);
	return err == ERR_OK ? print_table(j, &d, 1) : err;
}

/* The dimension of the configuration, or of the results, over a control. */
static const struct store_dimension *
of_control(const struct job *j, struct str control)
{
	const struct store_dimension *found = NULL;

	for (size_t i = 0; i < j->list.n; i++) {
		const struct store_dimension *d = &j->list.items[i];

		if (str_eq(d->control_tag, control) && !d->is_user_defined &&
		    (found == NULL || (d->is_present && !found->is_present)))
			found = d;
	}
	return found;
}

/* Its name, if nobody gave another, and its place behind all others. */
static enum err
place(struct job *j, struct str path, struct store_dimension *d)
{
	if (j->a->option[CHANGE_NAME] == NULL)
		d->name = str_of(arena_printf(j->s.arena, "%.*s%.*s",
		    STR_ARG(d->control_tag), (int)path.n - 1, path.s + 1));
	if (d->name.s == NULL)
		return error_memory(&j->s.e);
	d->order = 0;
	for (size_t i = 0; i < j->list.n; i++) {
		if (str_eq(j->list.items[i].name, d->name))
			return error_set(&j->s.e, ERR_INPUT,
			    "--name: there is a dimension \"%.*s\" already, %" PRId64,
			    STR_ARG(d->name), j->list.items[i].id);
		if (j->list.items[i].order >= d->order)
			d->order = j->list.items[i].order + 1;
	}
	return ERR_OK;
}

static enum err
add(struct job *j)
{
	struct str control = str_of(j->a->option[CHANGE_CONTROL]);
	struct str path = str_of(j->a->option[CHANGE_PATH]);
	const struct store_dimension *of;
	struct store_dimension d;
	unsigned fields;
	enum err err = load(j);

	if (err != ERR_OK)
		return err;
	of = of_control(j, control);
	if (of == NULL)
		return error_set(&j->s.e, ERR_NOT_FOUND,
		    "project %" PRId64 " has no control \"%.*s\"", j->project,
		    STR_ARG(control));
	err = dimension_over_path(j->s.arena, of, path, &d, &j->s.e);
	if (err != ERR_OK)
		return error_prefix(&j->s.e, err, "--path: ");
	d.description = (struct str){0};
	err = change_read(&j->s, j->a, &d, &fields);
	if (err == ERR_OK)
		err = place(j, path, &d);
	if (err == ERR_OK)
		err = store_dimension_add(j->s.store, &d, &d.id, &j->s.e);
	return err == ERR_OK ? print_table(j, &d, 1) : err;
}

static enum err
take_away(struct job *j)
{
	const struct store_dimension *d = NULL;
	enum err err = load(j);

	if (err == ERR_OK)
		err = find(j, &d);
	if (err == ERR_OK && !d->is_user_defined)
		err = error_set(&j->s.e, ERR_INPUT,
		    "--dimension: %" PRId64 " is of the labeling configuration; "
		    "dimensions set --active false takes it out of the mean",
		    d->id);
	if (err == ERR_OK)
		err = store_dimension_remove(j->s.store, j->project, d->id, &j->s.e);
	if (err == ERR_OK)
		printf(
		    "The dimension %" PRId64 ", %.*s, is gone.\n", d->id, STR_ARG(d->name));
	return err;
}

static int
with_project(
    const struct command *c, const struct arguments *a, enum err (*work)(struct job *j))
{
	struct job j = {.a = a};
	int status;

	if (!number_between(str_of(a->option[OPTION_PROJECT]), 1, INT32_MAX, &j.project))
		return command_usage(c, "--project: a positive number is required");
	status = session_begin(&j.s, c);
	if (status != EXIT_OK)
		return status;
	if (work(&j) != ERR_OK)
		status = session_failed(&j.s);
	session_end(&j.s);
	return status == EXIT_OK ? command_printed(c) : status;
}

static int
run_list(const struct arguments *a)
{
	const char *format = a->option[OPTION_FORMAT];

	if (format != NULL && strcmp(format, "json") != 0 && strcmp(format, "table") != 0)
		return command_usage(
		    &list_command, "--format: \"%s\" is not table or json", format);
	return with_project(&list_command, a, list);
}

static int
run_set(const struct arguments *a)
{
	for (int i = CHANGE_DIMENSION + 1; i < CHANGE__MAX; i++)
		if (a->option[i] != NULL)
			return with_project(&set_command, a, set);
	return command_usage(&set_command, "there is nothing to set");
}

static int
run_add(const struct arguments *a)
{
	return with_project(&add_command, a, add);
}

static int
run_remove(const struct arguments *a)
{
	return with_project(&remove_command, a, take_away);
}

static int
run_sync(const struct arguments *a)
{
	return with_project(&sync_command, a, sync);
}

static const struct command list_command = {
    .name = "dimensions list",
    .options = list_options,
    .run = run_list,
    .doc = "list the project's dimensions",
};

static const struct command set_command = {
    .name = "dimensions set",
    .options = change_options,
    .run = run_set,
    .doc = "change a dimension",
    .more = "What is set stays set when the labeling configuration changes. A metric must "
	    "fit the control, and its parameters are checked.",
};

static const struct command add_command = {
    .name = "dimensions add",
    .options = change_add_options,
    .run = run_add,
    .doc = "make a dimension of a part of the values of a control",
    .more =
	"The path is one of RFC 9535: names, indices, slices and wildcards. It begins at "
	"the value of each item ($.reactcode.mood), or at what stands there under the "
	"control's type ($.mood). What it picks is compared by any metric: numbers, texts, "
	"names, or geometries.",
};

static const struct command remove_command = {
    .name = "dimensions remove",
    .options = remove_options,
    .run = run_remove,
    .doc = "take away a dimension that was made with add",
};

static const struct command sync_command = {
    .name = "dimensions sync",
    .options = sync_options,
    .run = run_sync,
    .doc = "derive the dimensions from the project's labeling configuration again",
    .more = "The service and every import do so by themselves when the configuration has "
	    "changed.",
};

static const struct command *const actions[] = {
    &list_command, &set_command, &add_command, &remove_command, &sync_command, NULL};

const struct command command_dimensions = {
    .name = "dimensions",
    .rest = "list|set|add|remove|sync",
    .doc = "see and change what a project is compared by",
    .actions = actions,
};
