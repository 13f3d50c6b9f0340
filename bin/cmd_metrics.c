/*
 * metrics: the catalogue, out of the table that every other part reads.
 */
#include <stdio.h>
#include <string.h>

#include "agreement/render.h"
#include "command.h"
#include "json/out.h"

enum { OPTION_FORMAT };

static const struct option_row options[] = {
    [OPTION_FORMAT] = {"format", "table|json", "how to print; default: table", false},
    {0},
};

static int
print_json(void)
{
	struct json_object *list = json_out_array();
	struct buf b = BUF_INIT;
	enum err err;

	for (size_t i = 0; i < metric_count; i++)
		json_out_append(list, render_metric(&metric_table[i]));
	err = json_out_write(&b, list, true);
	json_out_free(list);
	if (err == ERR_OK)
		puts(b.s);
	buf_free(&b);
	return err == ERR_OK ? EXIT_OK
			     : command_failed(&command_metrics, "%s", err_text(err));
}

static void
print_default(const struct metric *m, enum metric_param key)
{
	const struct metric_param_row *row = &metric_param_table[key];
	double value = key == MPARAM_THRESHOLD ? m->threshold : row->value;

	printf(" %s", row->name);
	if (row->type == MPARAM_NAME)
		printf("=%s", row->names[(int)value]);
	else if (row->type == MPARAM_BOOLEAN)
		printf("=%s", value != 0.0 ? "true" : "false");
	else if (row->type != MPARAM_WEIGHTS)
		printf("=%g", value);
}

static int
print_table(void)
{
	for (size_t i = 0; i < metric_count; i++) {
		const struct metric *m = &metric_table[i];

		printf("%-30s %s\n    %s\n    controls:", m->name, m->display_name, m->doc);
		for (const char *const *t = m->tags; t != NULL && *t != NULL; t++)
			printf(" %s", *t);
		printf("%s%s", m->tags == NULL ? " all" : "",
		    m->per_region ? " (perRegion)" : "");
		if (m->params != 0)
			printf("\n    parameters:");
		for (int key = 0; key < MPARAM__MAX; key++)
			if ((m->params & MPARAM_BIT(key)) != 0)
				print_default(m, (enum metric_param)key);
		puts("");
	}
	return EXIT_OK;
}

static int
run(const struct arguments *a)
{
	const char *format = a->option[OPTION_FORMAT];

	if (format == NULL || strcmp(format, "table") == 0)
		return print_table();
	if (strcmp(format, "json") == 0)
		return print_json();
	return command_usage(
	    &command_metrics, "--format: \"%s\" is not table or json", format);
}

const struct command command_metrics = {"metrics", NULL, 0, 0, options, run,
    "list the metrics with their controls and parameters"};
