#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agreement/version.h"

static const struct command *const commands[] = {
    &command_init,
    &command_token,
    &command_import,
    &command_dimensions,
    &command_compute,
    &command_score,
    &command_metrics,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

int
command_failed(const struct command *c, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "agreement-matrix %s: ", c->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_FAILED;
}

int
command_usage(const struct command *c, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "agreement-matrix %s: ", c->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nagreement-matrix %s --help says how it is used.\n", c->name);
	return EXIT_USAGE;
}

static int
print_help(const struct command *c)
{
	printf("usage: agreement-matrix %s", c->name);
	if (c->rest != NULL)
		printf(" %s", c->rest);
	printf(" [OPTION..]\n\n%s\n\n", c->doc);
	for (const struct option_row *o = c->options; o->name != NULL; o++) {
		int n = printf("  --%s%s%s", o->name, o->value == NULL ? "" : " ",
		    o->value == NULL ? "" : o->value);

		printf("%*s%s%s\n", n < 30 ? 30 - n : 1, "", o->doc,
		    o->required ? " (required)" : "");
	}
	printf("  --help%22sthis text\n", "");
	return EXIT_OK;
}

static int
print_program_help(FILE *f)
{
	fputs("usage: agreement-matrix COMMAND ..\n\nWho agrees with whom on the tasks of "
	      "a Label Studio "
	      "project.\n\n",
	    f);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(f, "  %-12s%s\n", commands[i]->name, commands[i]->doc);
	fputs("\nagreement-matrix COMMAND --help says more of one; --version prints the "
	      "version.\n",
	    f);
	return f == stdout ? EXIT_OK : EXIT_USAGE;
}

/* The index of an option, and what stands behind its "="; -1 if there is no such. */
static int
find_option(const struct command *c, const char *word, const char **value)
{
	size_t n = strcspn(word, "=");

	*value = word[n] == '=' ? word + n + 1 : NULL;
	for (int i = 0; c->options[i].name != NULL; i++)
		if (strlen(c->options[i].name) == n &&
		    memcmp(c->options[i].name, word, n) == 0)
			return i;
	return -1;
}

/* Take the option at argv[*at]; moves *at to its last word. EXIT_OK, or the status to end
 * with. */
static int
take_option(const struct command *c, char **argv, int *at, struct arguments *a)
{
	const char *word = argv[*at] + 2, *value;
	int i = find_option(c, word, &value);

	if (i < 0)
		return command_usage(c, "there is no option --%s", word);
	if (a->option[i] != NULL)
		return command_usage(c, "--%s is given twice", c->options[i].name);
	if (c->options[i].value == NULL) {
		if (value != NULL)
			return command_usage(c, "--%s takes no value", c->options[i].name);
		a->option[i] = "";
		return EXIT_OK;
	}
	if (value == NULL)
		value = argv[*at + 1] == NULL ? NULL : argv[++*at];
	if (value == NULL)
		return command_usage(
		    c, "--%s: %s is required", c->options[i].name, c->options[i].value);
	a->option[i] = value;
	return EXIT_OK;
}

/* Check what was given against the table. */
static int
check(const struct command *c, const struct arguments *a)
{
	for (int i = 0; c->options[i].name != NULL; i++)
		if (c->options[i].required && a->option[i] == NULL)
			return command_usage(c, "--%s is required", c->options[i].name);
	if (a->n_rest < c->min_rest)
		return command_usage(c, "%s is required", c->rest);
	if (a->n_rest > c->max_rest)
		return command_usage(c, "\"%s\" is too much", a->rest[c->max_rest]);
	return EXIT_OK;
}

/* Options and the rest may stand in any order; the rest is gathered at the front of argv.
 */
static int
run(const struct command *c, char **argv)
{
	struct arguments a = {.rest = argv};
	bool ended = false;

	for (int i = 0; argv[i] != NULL; i++) {
		int status = EXIT_OK;

		if (ended || argv[i][0] != '-' || argv[i][1] != '-')
			a.rest[a.n_rest++] = argv[i];
		else if (argv[i][2] == '\0')
			ended = true;
		else if (strcmp(argv[i], "--help") == 0)
			return print_help(c);
		else
			status = take_option(c, argv, &i, &a);
		if (status != EXIT_OK)
			return status;
	}
	int status = check(c, &a);

	return status == EXIT_OK ? c->run(&a) : status;
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return print_program_help(stderr);
	if (strcmp(argv[1], "--help") == 0)
		return print_program_help(stdout);
	if (strcmp(argv[1], "--version") == 0)
		return printf("agreement-matrix %s\n", AGREEMENT_VERSION) < 0;
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return run(commands[i], argv + 2);
	fprintf(stderr, "agreement-matrix: there is no command \"%s\"\n", argv[1]);
	return print_program_help(stderr);
}
