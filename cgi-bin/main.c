/*
 * The web service: FastCGI, or plain CGI, over MySQL or MariaDB.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/routes.h"
#include "store/open.h"
#include "base/version.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/seal.h"
#include "http/cgi.h"
#include "http/fastcgi.h"
#include "http/prefork.h"
#include "http/server.h"

extern char **environ;

/* Parsed results need several times their text. */
#define MEMORY_FACTOR 12
#define MEMORY_BASE ((size_t)64 << 20)

static const struct api *
api_of(void *context)
{
	const struct service *service = context;

	return service->context;
}

static void
answer(void *context, struct arena *a, const struct request *q, struct response *r)
{
	deadline_begin(api_of(context)->config->number[CONFIG_MAX_SECONDS]);
	route_dispatch(context, a, q, r);
	deadline_end();
}

/* Requests that wait together ask the same questions once. */
static void
gathered(void *context, struct arena *a, const struct request *list, size_t n)
{
	deadline_begin(api_of(context)->config->number[CONFIG_MAX_SECONDS]);
	store_share(api_of(context)->store);
	route_gather_all(context, a, list, n);
	deadline_end();
}

static void
scattered(void *context)
{
	store_unshare(api_of(context)->store);
}

/* What the answers cost is kept for the next ones. */
static void
answered(void *context)
{
	keeping_flush(api_of(context)->keeping);
}

/* One worker, or one CGI request, from its connections to their end. */
static int
serve(void *context)
{
	struct config *config = context;
	struct error e = {0};
	struct store *store = NULL;
	struct cache *cache = NULL;
	struct embedding *embedding = NULL;
	struct keeping keeping;
	struct service service;
	struct server server;
	struct api api;
	int status = EXIT_FAILURE;

	if (open_store(config, &store, &e) != ERR_OK ||
	    embedding_open(config, store, &embedding, &e) != ERR_OK) {
		log_error("%s", e.text);
		goto out;
	}
	cache = cache_new((size_t)config->number[CONFIG_CACHE_BYTES]);
	keeping_begin(&keeping, store);
	api = (struct api){
	    .store = store,
	    .config = config,
	    .cache = cache,
	    .embedding = embedding,
	    .keeping = &keeping,
	};
	service = routes_service(&api);
	server = (struct server){
	    .version = AGREEMENT_VERSION,
	    .memory =
		MEMORY_BASE + MEMORY_FACTOR * (size_t)config->number[CONFIG_MAX_BYTES],
	    .answer = answer,
	    .gathered = gathered,
	    .scattered = scattered,
	    .answered = answered,
	    .context = &service,
	};
	status = fastcgi_here() ? fastcgi_run(&server)
				: cgi_run(&server, environ, STDIN_FILENO, STDOUT_FILENO);
	keeping_end(&keeping);
	cache_free(cache);
out:
	embedding_close(embedding);
	store_close(store);
	config_free(config);
	return status;
}

/* Reads the settings and opens the log that they name. */
static enum err
configure(struct config *config, struct error *e)
{
	const char *where = getenv("AGREEMENT_LOG");
	struct store *store = NULL;
	enum err err = config_read(config, environ, e);

	if (err == ERR_OK)
		where = config->text[CONFIG_LOG];
	if (where != NULL && log_open(where, err == ERR_OK ? e : NULL) != ERR_OK)
		return ERR_IO;
	if (err != ERR_OK)
		return err;
	log_set_level((enum log_level)config->number[CONFIG_LOG_LEVEL]);
	/* An option file that cannot be used is reported once, before there are workers. */
	err = open_store(config, &store, e);
	store_close(store);
	return err;
}

static int
show_help(void)
{
	printf("agreement-matrix.fcgi %s: who agrees with whom on a task, over HTTP.\n"
	       "A web server runs it, as FastCGI or plain CGI: the README says how.\n"
	       "Settings come from the environment (AGREEMENT_..) or a file "
	       "(AGREEMENT_CONFIG).\n",
	    AGREEMENT_VERSION);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct config config = {0};
	struct error e = {0};
	unsigned workers;

	/* A query of plain CGI may come as arguments, which no web server lets begin so. */
	if (argc == 2 && getenv("REQUEST_METHOD") == NULL &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "--version") == 0))
		return show_help();
	seal_process();
	if (configure(&config, &e) != ERR_OK) {
		log_error("%s", e.text);
		config_free(&config);
		return EXIT_FAILURE;
	}
	workers = (unsigned)config.number[CONFIG_WORKERS];
	return workers > 1 && prefork_here() ? prefork_run(workers, serve, &config)
					     : serve(&config);
}
