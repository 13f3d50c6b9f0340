/*
 * The tables of the program as rows of Markdown, for the test that compares them with the
 * documentation.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "service/routes.h"
#include "base/config.h"
#include "service/error.h"
#include "service/param.h"

static void
print_names(const char *const *names)
{
	for (const char *const *n = names; *n != NULL; n++)
		printf("%s%s", n == names ? "" : ", ", *n);
}

static void
print_settings(void)
{
	static const char *const types[] = {[CONFIG_TEXT] = "text",
	    [CONFIG_FILE] = "file",
	    [CONFIG_INTEGER] = "",
	    [CONFIG_CHOICE] = ""};

	for (int k = 0; k < CONFIG__MAX; k++) {
		const struct config_row *row = &config_table[k];

		printf("| `%s` | %s", row->name, types[row->type]);
		if (row->type == CONFIG_INTEGER && row->max == INT64_MAX)
			printf("%" PRId64 " and more", row->min);
		else if (row->type == CONFIG_INTEGER)
			printf("%" PRId64 " to %" PRId64, row->min, row->max);
		else if (row->type == CONFIG_CHOICE)
			print_names(row->choices);
		printf(" | %s | %s |\n", row->value, row->doc);
	}
}

static void
print_routes(void)
{
	for (size_t i = 0; i < routes_count; i++) {
		const struct route *route = &routes_table[i];
		bool first = true;

		printf("| `%s %s%s` | %s%s | ", route->posted ? "GET, POST" : "GET",
		    route->authenticate ? "/api" : "", route->pattern, route->doc,
		    route->authenticate ? "" : "; no token needed");
		for (int p = 0; p < PARAM__MAX; p++)
			if ((route->params & PARAM_BIT(p)) != 0) {
				printf("%s`%s`", first ? "" : ", ", param_table[p].name);
				first = false;
			}
		puts(first ? "|" : " |");
	}
}

static void
print_params(void)
{
	static const char *const types[] = {[PARAM_TYPE_INTEGER] = "integer",
	    [PARAM_TYPE_BOOLEAN] = "boolean",
	    [PARAM_TYPE_NAME] = "name",
	    [PARAM_TYPE_SELECTION] = "object",
	    [PARAM_TYPE_PARTICIPANT] = "participant"};

	for (int p = 0; p < PARAM__MAX; p++)
		printf("| `%s` | %s%s | %s |\n", param_table[p].name,
		    types[param_table[p].type], param_table[p].required ? ", required" : "",
		    param_table[p].doc);
}

static void
print_error(const struct http_error_row *row)
{
	printf("| %d | `%s` |", row->status, row->detail);
	if (row->header[0] != NULL)
		printf(" `%s: %s` ", row->header[0], row->header[1]);
	puts("|");
}

/* The page has them in the order in which requests fail. */
static void
print_errors(void)
{
	for (int i = HTTP_OK + 1; i < HTTP_ERROR__MAX; i++)
		print_error(http_error_row((enum http_error)i));
	for (int i = SERVICE_OK + 1; i < SERVICE_ERROR__MAX; i++)
		print_error(service_error_row((enum service_error)i));
}

static const struct {
	const char *name;
	void (*print)(void);
} tables[] = {{"settings", print_settings}, {"routes", print_routes},
    {"params", print_params}, {"errors", print_errors}};

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < N_OF(tables); i++)
		if (strcmp(argv[1], tables[i].name) == 0) {
			tables[i].print();
			return 0;
		}
	fputs("usage: docs_tables settings|routes|params|errors\n", stderr);
	return 2;
}
