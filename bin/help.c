#include "help.h"

#include <string.h>

#define WIDTH 80
#define INDENT 26 /* of the text beside an option */

/* Print a text word by word, in lines that begin at `indent`, the first at `column` where
 * the line stands now. "\n" in it ends a line. */
static void
wrap(FILE *f, const char *text, int indent, int column)
{
	bool begun = false;

	if (column > indent) {
		fputc('\n', f);
		column = 0;
	}
	column += fprintf(f, "%*s", indent - column, "");
	while (*text != '\0') {
		int n = (int)strcspn(text, " \n");

		if (begun && column + 1 + n > WIDTH) {
			column = fprintf(f, "\n%*s", indent, "") - 1;
			begun = false;
		}
		column += fprintf(f, "%s%.*s", begun ? " " : "", n, text);
		begun = true;
		text += n;
		if (*text == '\n') {
			column = fprintf(f, "\n%*s", indent, "") - 1;
			begun = false;
		}
		text += *text != '\0';
	}
	fputc('\n', f);
}

static void
print_option(const struct option_row *o)
{
	int n = printf("  --%s%s%s", o->name, o->value == NULL ? "" : " ",
	    o->value == NULL ? "" : o->value);

	if (n + 2 > INDENT)
		n = INDENT + 1;
	wrap(stdout, o->doc, INDENT, n);
	if (o->required)
		wrap(stdout, "(required)", INDENT, 0);
}

static void
print_usage(const struct command *c)
{
	printf("usage: agreement-matrix %s", c->name);
	if (c->run != NULL)
		printf(" [OPTION..]");
	if (c->rest != NULL)
		printf(" %s", c->rest);
	puts("");
}

static int
print_one(const struct command *c)
{
	print_usage(c);
	puts("");
	wrap(stdout, c->doc, 0, 0);
	if (c->more != NULL) {
		puts("");
		wrap(stdout, c->more, 0, 0);
	}
	puts("");
	for (const struct option_row *o = c->options; o != NULL && o->name != NULL; o++)
		print_option(o);
	print_option(&(struct option_row){.name = "help", .doc = "this text"});
	return command_printed(c);
}

int
help_command(const struct command *c)
{
	int status = print_one(c);

	for (const struct command *const *action = c->actions;
	    status == EXIT_OK && action != NULL && *action != NULL; action++) {
		puts("");
		status = print_one(*action);
	}
	return status;
}

void
help_program(FILE *f, const struct command *const *commands)
{
	fputs("usage: agreement-matrix COMMAND ..\n\n"
	      "Who agrees with whom on the tasks of a Label Studio project.\n\n",
	    f);
	for (; *commands != NULL; commands++)
		wrap(f, (*commands)->doc, 14, fprintf(f, "  %s", (*commands)->name));
	fputs(
	    "\n"
	    "agreement-matrix COMMAND --help says more of one; --version prints the "
	    "version.\n"
	    "Status: 0 done, 1 failed, 2 wrong usage.\n\n"
	    "Commands that use the database find it by the settings: AGREEMENT_MYSQL_FILE "
	    "names\n"
	    "a MySQL option file (group [agreement-matrix]); or AGREEMENT_CONFIG a file "
	    "of\n"
	    "settings.\n",
	    f);
}
