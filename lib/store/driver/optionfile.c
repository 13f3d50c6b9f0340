#include "store/driver/optionfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "base/str.h"

/* Open the file, and refuse one that others than its owner and group can read or change. */
static enum err
open_private(const char *path, FILE **r, struct error *e)
{
	struct stat st;
	FILE *file;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return error_set(
		    e, ERR_NOT_FOUND, "MySQL option file %s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return error_set(
		    e, ERR_INPUT, "MySQL option file %s is no plain file", path);
	}
	if (st.st_mode & (S_IROTH | S_IWOTH)) {
		close(fd);
		return error_set(e, ERR_INPUT,
		    "MySQL option file %s has a password and is open to everybody (chmod "
		    "0640)",
		    path);
	}
	file = fdopen(fd, "r");
	if (file == NULL) {
		close(fd);
		return error_set(
		    e, ERR_MEMORY, "MySQL option file %s: %s", path, strerror(errno));
	}
	*r = file;
	return ERR_OK;
}

/* A value without the quotes around it. */
static struct str
unquoted(struct str v)
{
	if (v.n >= 2 && (v.s[0] == '"' || v.s[0] == '\'') && v.s[v.n - 1] == v.s[0])
		return (struct str){v.s + 1, v.n - 2};
	return v;
}

static bool
port_read(struct str s, unsigned *r)
{
	int64_t port;

	if (!number_between(s, 1, 65535, &port))
		return false;
	*r = (unsigned)port;
	return true;
}

static void
hosts_drop(struct optionfile *o)
{
	for (size_t i = 0; i < o->n_hosts; i++)
		free(o->hosts[i].name);
	free(o->hosts);
	o->hosts = NULL;
	o->n_hosts = 0;
}

/* "name", "name:port", "[::1]:port"; a bare IPv6 address has more than one colon and no
 * port. */
static enum err
host_add(struct optionfile *o, struct str s)
{
	struct optionfile_host *hosts, h = {0};
	struct str port = {0};
	const char *colon = memchr(s.s, ':', s.n), *close;

	if (s.s[0] == '[' && (close = memchr(s.s, ']', s.n)) != NULL) {
		const char *end = s.s + s.n;

		if (close + 1 < end && close[1] == ':')
			port = (struct str){close + 2, (size_t)(end - close - 2)};
		s = (struct str){s.s + 1, (size_t)(close - s.s - 1)};
	} else if (colon != NULL && memrchr(s.s, ':', s.n) == colon) {
		port = (struct str){colon + 1, (size_t)(s.s + s.n - colon - 1)};
		s.n = (size_t)(colon - s.s);
	}
	if (port.s != NULL && !port_read(port, &h.port))
		return ERR_INPUT;
	hosts = realloc(o->hosts, (o->n_hosts + 1) * sizeof *hosts);
	if (hosts == NULL)
		return ERR_MEMORY;
	o->hosts = hosts;
	h.name = strndup(s.s, s.n);
	if (h.name == NULL)
		return ERR_MEMORY;
	hosts[o->n_hosts++] = h;
	return ERR_OK;
}

static enum err
take_host(struct optionfile *o, struct str v)
{
	hosts_drop(o);
	while (v.n > 0) {
		const char *comma = memchr(v.s, ',', v.n);
		size_t n = comma != NULL ? (size_t)(comma - v.s) : v.n;
		struct str one = str_trim((struct str){v.s, n});
		enum err err = one.n > 0 ? host_add(o, one) : ERR_OK;

		if (err != ERR_OK)
			return err;
		n += comma != NULL;
		v = (struct str){v.s + n, v.n - n};
	}
	return ERR_OK;
}

static enum err
take_port(struct optionfile *o, struct str v)
{
	return port_read(v, &o->port) ? ERR_OK : ERR_INPUT;
}

static enum err
take_database(struct optionfile *o, struct str v)
{
	o->has_database = v.n > 0;
	return ERR_OK;
}

static void
tls_at_least(struct optionfile *o, enum optionfile_tls tls)
{
	if (o->tls < tls)
		o->tls = tls;
}

static bool
switched_off(struct str v)
{
	return str_is(v, "0") || str_eq_nocase(v, STR("off")) ||
	    str_eq_nocase(v, STR("false"));
}

static enum err
take_ssl(struct optionfile *o, struct str v)
{
	if (!switched_off(v))
		tls_at_least(o, OPTIONFILE_TLS_REQUIRED);
	return ERR_OK;
}

static enum err
take_verify(struct optionfile *o, struct str v)
{
	if (!switched_off(v))
		tls_at_least(o, OPTIONFILE_TLS_VERIFIED);
	return ERR_OK;
}

static enum err
take_ssl_mode(struct optionfile *o, struct str v)
{
	if (str_eq_nocase(v, STR("required")))
		tls_at_least(o, OPTIONFILE_TLS_REQUIRED);
	else if (str_eq_nocase(v, STR("verify_ca")) ||
	    str_eq_nocase(v, STR("verify_identity")))
		tls_at_least(o, OPTIONFILE_TLS_VERIFIED);
	else if (!str_eq_nocase(v, STR("preferred")) && !str_eq_nocase(v, STR("disabled")))
		return ERR_INPUT;
	return ERR_OK;
}

static const struct {
	const char *name;
	enum err (*take)(struct optionfile *o, struct str value);
} options[] = {
    {"host", take_host},
    {"port", take_port},
    {"database", take_database},
    {"ssl", take_ssl},
    {"ssl-verify-server-cert", take_verify},
    {"ssl-mode", take_ssl_mode},
};

/* Names may be written with _ for -. */
static bool
name_is(struct str name, const char *option)
{
	size_t i = 0;

	for (; i < name.n && option[i] != '\0'; i++)
		if ((name.s[i] == '_' ? '-' : name.s[i]) != option[i])
			return false;
	return i == name.n && option[i] == '\0';
}

static enum err
take_line(struct optionfile *o, struct str line)
{
	const char *equals = memchr(line.s, '=', line.n);
	struct str name = line, value = {"", 0};

	if (equals != NULL) {
		name = str_trim((struct str){line.s, (size_t)(equals - line.s)});
		value = str_trim(
		    (struct str){equals + 1, (size_t)(line.s + line.n - equals - 1)});
	}
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (name_is(name, options[i].name))
			return options[i].take(o, unquoted(value));
	return ERR_OK;
}

enum err
optionfile_read(const char *path, struct optionfile *r, struct error *e)
{
	struct optionfile o = {0};
	enum err err;
	FILE *file = NULL;
	char *line = NULL;
	size_t room = 0;
	bool ours = false;
	ssize_t n;

	err = open_private(path, &file, e);
	if (err != ERR_OK)
		return err;
	for (unsigned number = 1; err == ERR_OK && (n = getline(&line, &room, file)) >= 0;
	    number++) {
		struct str s = str_trim((struct str){line, (size_t)n});

		if (s.n == 0 || s.s[0] == '#' || s.s[0] == ';')
			continue;
		if (s.s[0] == '[')
			ours = str_is(s, "[client]") || str_is(s, "[" OPTIONFILE_GROUP "]");
		else if (ours && (err = take_line(&o, s)) != ERR_OK)
			error_set(e, err, "MySQL option file %s, line %u: %s", path, number,
			    err == ERR_INPUT ? "a value that this option cannot have"
					     : err_text(err));
	}
	free(line);
	fclose(file);
	if (err == ERR_OK)
		*r = o;
	else
		optionfile_free(&o);
	return err;
}

void
optionfile_free(struct optionfile *o)
{
	hosts_drop(o);
}
