#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "help.h"

static void __attribute__((format(printf, 2, 0)))
complain(const struct command *c, const char *format, va_list args)
{
	fprintf(stderr, "agreement-matrix %s: ", c->name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int
command_failed(const struct command *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(c, format, args);
	va_end(args);
	return EXIT_FAILED;
}

int
command_usage(const struct command *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(c, format, args);
	va_end(args);
	fprintf(stderr, "agreement-matrix %s --help says how it is used.\n", c->name);
	return EXIT_USAGE;
}

int
command_printed(const struct command *c)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_OK;
	return command_failed(c, "standard output: %s", strerror(errno));
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
		return command_usage(
		    c, "there is no option --%.*s", (int)strcspn(word, "="), word);
	if (a->option[i] != NULL)
		return command_usage(c, "--%s is given twice", c->options[i].name);
	if (c->options[i].value == NULL) {
		if (value != NULL)
			return command_usage(c, "--%s takes no value", c->options[i].name);
		a->option[i] = "";
		return EXIT_OK;
	}
	if (value == NULL && argv[*at + 1] != NULL)
		value = argv[++*at];
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
		return command_usage(
		    c, "\"%s\" is one argument too many", a->rest[c->max_rest]);
	return EXIT_OK;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int
run_action(const struct command *c, char **argv)
{
	size_t skip = strlen(c->name) + 1; /* "token create" begins with "token " */

	if (argv[0] == NULL)
		return command_usage(c, "%s is required", c->rest);
	if (is_help(argv[0]))
		return help_command(c);
	for (const struct command *const *action = c->actions; *action != NULL; action++)
		if (strcmp((*action)->name + skip, argv[0]) == 0)
			return command_run(*action, argv + 1);
	return command_usage(c, "\"%s\" is not %s", argv[0], c->rest);
}

int
command_run(const struct command *c, char **argv)
{
	struct arguments a = {.rest = argv};
	bool ended = false; /* by "--": all that follows is no option */
	int status = EXIT_OK;

	if (c->run == NULL)
		return run_action(c, argv);
	for (int i = 0; argv[i] != NULL && status == EXIT_OK; i++) {
		/* "-" is standard input. */
		if (ended || argv[i][0] != '-' || argv[i][1] == '\0')
			a.rest[a.n_rest++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			ended = true;
		else if (is_help(argv[i]))
			return help_command(c);
		else if (argv[i][1] != '-')
			status = command_usage(c, "there is no option %s", argv[i]);
		else
			status = take_option(c, argv, &i, &a);
	}
	if (status == EXIT_OK)
		status = check(c, &a);
	if (status == EXIT_OK)
		a.rest[a.n_rest] = NULL;
	return status == EXIT_OK ? c->run(&a) : status;
}
