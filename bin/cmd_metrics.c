/*
 * metrics: the catalogue, out of the table that every other part reads.
 */
#include <stdio.h>
#include <string.h>

#include "service/render.h"
#include "command.h"
#include "json/write.h"

enum { OPTION_FORMAT };

static const struct option_row options[] = {
    [OPTION_FORMAT] = {"format", "table|json", "how to print; default: table", false},
    {0},
};

static int
print_json(void)
{
	struct buf b = BUF_INIT;
	struct json_writer w = JSON_WRITER(&b);
	enum err err;

	w.pretty = true;
	json_open_array(&w, NULL);
	for (size_t i = 0; i < metric_count; i++)
		render_metric(&w, &metric_table[i]);
	json_close_array(&w);
	err = buf_failed(&b) ? ERR_MEMORY : ERR_OK;
	if (err == ERR_OK)
		puts(b.s);
	buf_free(&b);
	return err == ERR_OK ? EXIT_OK
			     : command_failed(&command_metrics, "%s", err_text(err));
}

static void
print_param(const struct metric *m, enum metric_param key)
{
	const struct metric_param_row *row = &metric_param_table[key];
	double value = key == MPARAM_THRESHOLD ? m->threshold : row->value;

	printf("    %-16s ", row->name);
	if (row->type == MPARAM_NAME)
		printf("%-12s", row->names[(int)value]);
	else if (row->type == MPARAM_BOOLEAN)
		printf("%-12s", value != 0.0 ? "true" : "false");
	else if (row->type == MPARAM_WEIGHTS)
		printf("%-12s", "{}");
	else
		printf("%-12g", value);
	printf(" %s", row->doc);
	for (int i = 0; row->type == MPARAM_NAME && row->names[i] != NULL; i++)
		printf("%s%s", i == 0 ? ": " : ", ", row->names[i]);
	puts("");
}

static void
print_metric(const struct metric *m)
{
	printf("%s - %s\n    %s\n    fits", m->name, m->display_name, m->doc);
	if (m->tags == NULL)
		printf(" every control");
	for (const char *const *t = m->tags; t != NULL && *t != NULL; t++)
		printf(" %s", *t);
	puts(m->per_region ? " with perRegion" : "");
	for (int key = 0; key < MPARAM__MAX; key++)
		if ((m->params & MPARAM_BIT(key)) != 0)
			print_param(m, (enum metric_param)key);
	puts("");
}

static int
print_table(void)
{
	for (size_t i = 0; i < metric_count; i++)
		print_metric(&metric_table[i]);
	return EXIT_OK;
}

static int
run(const struct arguments *a)
{
	const char *format = a->option[OPTION_FORMAT];
	int status;

	if (format == NULL || strcmp(format, "table") == 0)
		status = print_table();
	else if (strcmp(format, "json") == 0)
		status = print_json();
	else
		return command_usage(
		    &command_metrics, "--format: \"%s\" is not table or json", format);
	return status == EXIT_OK ? command_printed(&command_metrics) : status;
}

const struct command command_metrics = {
    .name = "metrics",
    .options = options,
    .run = run,
    .doc = "list the metrics with the controls that they fit, and their parameters with "
	   "defaults",
};
