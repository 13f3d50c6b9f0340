#include "store/open.h"

enum err
open_store(const struct config *c, struct store **r, struct error *e)
{
	const struct store_options options = {
	    .file = c->text[CONFIG_MYSQL_FILE],
	    .database = c->text[CONFIG_DATABASE],
	    .connect_timeout = (unsigned)c->number[CONFIG_CONNECT_TIMEOUT],
	    .query_timeout = (unsigned)c->number[CONFIG_QUERY_TIMEOUT],
	    .ahead = c->number[CONFIG_CONNECTIONS] > 1,
	};

	if (options.file[0] == '\0')
		return error_set(e, ERR_INPUT,
		    "mysql_file is not set: name a MySQL option file in "
		    "AGREEMENT_MYSQL_FILE or in the "
		    "file that AGREEMENT_CONFIG names");
	return store_open(&options, &mysql_ops, r, e);
}
