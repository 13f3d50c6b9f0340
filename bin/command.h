/*
 * The subcommands of agreement-matrix, as one table; every option of each is a row. A
 * `struct arguments` points into argv.
 */
#ifndef BIN_COMMAND_H
#define BIN_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_OPTIONS 16

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* An option; a table of them is ended by a row without name. */
struct option_row {
	const char *name;  /* without the two dashes */
	const char *value; /* the name of its value ("FILE"); NULL: a switch */
	const char *doc;   /* one sentence */
	bool required;
};

/* The arguments of a command, checked against its table. */
struct arguments {
	const char *
	    option[COMMAND_OPTIONS]; /* by the row's index; NULL: not given; a switch: "" */
	char **rest;		     /* what is no option; ended by NULL */
	int n_rest;
};

struct command {
	const char *name; /* as it is typed: "import", "token create" */
	const char *rest; /* what stands behind the options ("FILE.."); NULL: nothing may */
	int min_rest, max_rest;
	const struct option_row *options;
	int (*run)(const struct arguments *a); /* NULL: one of `actions` must follow */
	const char *doc;		       /* one sentence */
	const char *more; /* paragraphs for --help; NULL: there is no more to say */
	const struct command *const *actions; /* ended by NULL */
};

extern const struct command command_init;
extern const struct command command_token;
extern const struct command command_import;
extern const struct command command_dimensions;
extern const struct command command_projects;
extern const struct command command_refresh;
extern const struct command command_compute;
extern const struct command command_stats;
extern const struct command command_score;
extern const struct command command_coefficient;
extern const struct command command_metrics;

/*
 * Runs a command with the words behind its name, ended by NULL; it reorders them. Returns
 * the program's status.
 */
int command_run(const struct command *c, char **argv);

/* Prints "agreement-matrix NAME: text" on standard error; returns EXIT_FAILED. */
int command_failed(const struct command *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints the same for wrong usage, and a hint at --help; returns EXIT_USAGE. */
int command_usage(const struct command *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns EXIT_OK if all output was written, else as command_failed(). */
int command_printed(const struct command *c);

#endif
