/*
 * dimensions: see and change what a project is compared by.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agreement/dimension.h"
#include "agreement/follow.h"
#include "agreement/render.h"
#include "base/number.h"
#include "command.h"
#include "json/out.h"
#include "session.h"

enum {
	OPTION_PROJECT,
	OPTION_DIMENSION,
	OPTION_NAME,
	OPTION_DESCRIPTION,
	OPTION_METRIC,
	OPTION_PARAMS,
	OPTION_WEIGHT,
	OPTION_LABEL_WEIGHTS,
	OPTION_ACTIVE,
	OPTION_FORMAT
};

static const struct option_row options[] = {
    [OPTION_PROJECT] = {"project", "ID", "the project", true},
    [OPTION_DIMENSION] = {"dimension", "NAME", "set: which one, by its id, name or control",
	false},
    [OPTION_NAME] = {"name", "NAME", "set: a new name", false},
    [OPTION_DESCRIPTION] = {"description", "TEXT", "set: a new description", false},
    [OPTION_METRIC] = {"metric", "METRIC",
	"set: another metric; its parameters are the defaults unless --params says more",
	false},
    [OPTION_PARAMS] = {"params", "JSON", "set: the metric's parameters", false},
    [OPTION_WEIGHT] = {"weight", "NUMBER", "set: weight in the mean; 0 takes it out",
	false},
    [OPTION_LABEL_WEIGHTS] = {"label-weights", "JSON", "set: weight of each label", false},
    [OPTION_ACTIVE] = {"active", "true|false", "set: whether it counts", false},
    [OPTION_FORMAT] = {"format", "table|json", "list: how to print; default: table", false},
    {0},
};

struct job {
	struct session s;
	const struct arguments *a;
	int64_t project;
	struct store_dimension_list list;
};

static enum err
print_json(struct job *j)
{
	struct json_object *array = json_out_array();
	struct buf b = BUF_INIT;
	enum err err;

	for (size_t i = 0; i < j->list.n; i++)
		json_out_append(array, render_dimension(j->s.arena, &j->list.items[i]));
	err = json_out_write(&b, array, true);
	json_out_free(array);
	if (err == ERR_OK)
		puts(b.s);
	buf_free(&b);
	return err == ERR_OK ? ERR_OK : error_set(&j->s.e, err, "%s", err_text(err));
}

static void
print_table(const struct job *j)
{
	printf("%6s  %-24s %-20s %-28s %7s  %s\n", "id", "name", "control", "metric",
	    "weight", "active");
	for (size_t i = 0; i < j->list.n; i++) {
		const struct store_dimension *d = &j->list.items[i];

		printf("%6" PRId64 "  %-24.*s %-20.*s %-28.*s %7g  %s%s%.*s\n", d->id,
		    STR_ARG(d->name), STR_ARG(d->control_tag), STR_ARG(d->metric_type),
		    d->weight, d->is_active ? "yes" : "no",
		    d->is_present ? "  " : " (no such control)  ",
		    d->metric_params.s == NULL ? 0 : (int)d->metric_params.n,
		    d->metric_params.s == NULL ? "" : d->metric_params.s);
	}
}

/* The project's dimensions as they are, following its configuration first. */
static enum err
load(struct job *j)
{
	struct store_project p;
	struct store_dimension_list now;
	enum err err = store_project(j->s.store, j->s.arena, j->project, &p, &j->s.e);

	if (err == ERR_OK)
		err = store_dimensions(j->s.store, j->s.arena, j->project, &now, &j->s.e);
	if (err == ERR_OK)
		err = follow_changes(j->s.store, j->s.arena, j->project, p.fingerprint,
		    p.recorded, &now, &j->list, &j->s.e);
	return err;
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
	print_table(j);
	return ERR_OK;
}

static enum err
sync(struct job *j)
{
	enum err err = follow_config(j->s.store, j->s.arena, j->project, &j->list, &j->s.e);

	if (err == ERR_OK)
		print_table(j);
	return err;
}

static const struct store_dimension *
find(const struct job *j, struct str name)
{
	int64_t id;

	for (size_t i = 0; number_integer(name, &id) && i < j->list.n; i++)
		if (j->list.items[i].id == id)
			return &j->list.items[i];
	for (size_t i = 0; i < j->list.n; i++)
		if (str_eq(j->list.items[i].name, name) ||
		    str_eq(j->list.items[i].control_tag, name))
			return &j->list.items[i];
	return NULL;
}

/* Text that must be a JSON object; what else is wrong with it its reader says. */
static enum err
check_json(struct job *j, int option)
{
	const struct json *json;
	enum err err = json_parse(j->s.arena, str_of(j->a->option[option]), &json, &j->s.e);

	if (err == ERR_OK && json->type != JSON_OBJECT)
		err = error_set(&j->s.e, ERR_INPUT, "an object is required");
	if (err != ERR_OK)
		error_prefix(&j->s.e, "--%s: ", options[option].name);
	return err;
}

static enum err
take_texts(struct job *j, struct store_dimension *d, unsigned *fields)
{
	const char *const *given = j->a->option;
	const struct {
		int option;
		struct str *column;
		unsigned field;
		bool json;
	} rows[] = {
	    {OPTION_NAME, &d->name, STORE_DIMENSION_NAME, false},
	    {OPTION_DESCRIPTION, &d->description, STORE_DIMENSION_DESCRIPTION, false},
	    {OPTION_METRIC, &d->metric_type, STORE_DIMENSION_METRIC_TYPE, false},
	    {OPTION_PARAMS, &d->metric_params, STORE_DIMENSION_METRIC_PARAMS, true},
	    {OPTION_LABEL_WEIGHTS, &d->label_weights, STORE_DIMENSION_LABEL_WEIGHTS, true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (given[rows[i].option] == NULL)
			continue;
		if (rows[i].json && check_json(j, rows[i].option) != ERR_OK)
			return j->s.e.code;
		*rows[i].column = str_of(given[rows[i].option]);
		*fields |= rows[i].field;
	}
	/* Parameters of another metric mean nothing to this one. */
	if (given[OPTION_METRIC] != NULL && given[OPTION_PARAMS] == NULL) {
		d->metric_params = (struct str){0};
		*fields |= STORE_DIMENSION_METRIC_PARAMS;
	}
	return ERR_OK;
}

static enum err
take_values(struct job *j, struct store_dimension *d, unsigned *fields)
{
	const char *weight = j->a->option[OPTION_WEIGHT],
		   *active = j->a->option[OPTION_ACTIVE];

	if (weight != NULL) {
		if (!number_double(str_of(weight), &d->weight) || d->weight < 0.0)
			return error_set(
			    &j->s.e, ERR_INPUT, "--weight: a number from 0 on is required");
		*fields |= STORE_DIMENSION_WEIGHT;
	}
	if (active != NULL) {
		if (strcmp(active, "true") != 0 && strcmp(active, "false") != 0)
			return error_set(
			    &j->s.e, ERR_INPUT, "--active: true or false is required");
		d->is_active = active[0] == 't';
		*fields |= STORE_DIMENSION_ACTIVE;
	}
	return ERR_OK;
}

static enum err
set(struct job *j)
{
	struct str name = str_of(j->a->option[OPTION_DIMENSION]);
	const struct store_dimension *old;
	struct store_dimension d;
	unsigned fields = 0;
	enum err err = load(j);

	if (err != ERR_OK)
		return err;
	old = find(j, name);
	if (old == NULL)
		return error_set(&j->s.e, ERR_NOT_FOUND,
		    "project %" PRId64 " has no dimension \"%.*s\"", j->project,
		    STR_ARG(name));
	d = *old;
	err = take_texts(j, &d, &fields);
	if (err == ERR_OK)
		err = take_values(j, &d, &fields);
	if (err == ERR_OK)
		err = dimension_check(j->s.arena, &d, &j->s.e);
	if (err == ERR_OK && fields == 0)
		return error_set(&j->s.e, ERR_INPUT, "there is nothing to set");
	return err == ERR_OK ? store_dimension_set(j->s.store, &d, fields, &j->s.e) : err;
}

static const struct {
	const char *name;
	bool needs_dimension;
	enum err (*run)(struct job *j);
} actions[] = {{"list", false, list}, {"set", true, set}, {"sync", false, sync}};

static int
run(const struct arguments *a)
{
	const char *format = a->option[OPTION_FORMAT];
	struct job j = {.a = a};

	if (!number_between(str_of(a->option[OPTION_PROJECT]), 1, INT32_MAX, &j.project))
		return command_usage(
		    &command_dimensions, "--project: a positive number is required");
	if (format != NULL && strcmp(format, "json") != 0 && strcmp(format, "table") != 0)
		return command_usage(
		    &command_dimensions, "--format: \"%s\" is not table or json", format);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		int status;

		if (strcmp(a->rest[0], actions[i].name) != 0)
			continue;
		if (actions[i].needs_dimension && a->option[OPTION_DIMENSION] == NULL)
			return command_usage(
			    &command_dimensions, "--dimension is required");
		status = session_begin(&j.s, &command_dimensions);
		if (status != EXIT_OK)
			return status;
		if (actions[i].run(&j) != ERR_OK)
			status = session_failed(&j.s);
		session_end(&j.s);
		return status;
	}
	return command_usage(
	    &command_dimensions, "\"%s\" is not list, set or sync", a->rest[0]);
}

const struct command command_dimensions = {"dimensions", "list|set|sync", 1, 1, options,
    run,
    "see and change what a project is compared by, or derive it from the configuration "
    "again"};
