/*
 * A project as one request sees it: its statistics as they are now, and what an answer is
 * written from. Everything is in the request's arena, but for what is tallied.
 */
#ifndef SERVICE_VIEW_H
#define SERVICE_VIEW_H

#include "http/response.h"
#include "project/project.h"
#include "project/tally.h"
#include "service/api.h"
#include "service/entry.h"
#include "store/projects.h"

struct view;

/* Writes the answer. Returns NULL, or what is wrong. */
typedef const struct http_error_row *view_render(struct view *v, struct json_writer *w);

/* Checks parameters with what is known of the project. Returns NULL, or what is wrong. */
typedef const struct http_error_row *view_check(struct view *v);

/* What an answer is made from. */
struct view_question {
	struct tally_options options; /* methodology and `low` are the project's */
	enum project_part part;
	const struct param_ids *tasks; /* only these; NULL: all */
	int64_t only;		       /* only this one, computed anew; 0: all */
	view_render *render;
	/* Where it is not made from a tally: */
	view_check *check;		     /* before anything is read; NULL: none */
	const struct project_reader *reader; /* takes what is read; NULL: the tally does */
	void *context;			     /* of the two before and render() */
};

struct view {
	const struct call *call;
	const struct api *api;
	struct response *response;
	int64_t id; /* of the project */
	struct store_access access;
	struct store_dimension_list rows;
	struct store_changes changes;
	struct project project;
	struct project_state state; /* before anything was read */
	struct tally *tally;	    /* NULL: the question has a reader */
	struct project_count count;
	const struct view_question *question;
	struct arena *tallied; /* of the tally, or of what the reader takes */
	bool *met;	       /* in step with question->tasks */
	struct error e;
};

/*
 * Answers a call about a project: checks access, reads what is asked, renders. An answer
 * has an entity tag, and is kept in the cache, where it is known that nothing has changed
 * since it was made. 503 with the number of tasks that wait if the project's scores are not
 * current and cannot be computed in time; 404 for a task that is not in the project.
 */
const struct http_error_row *view_answer(const struct call *call, int64_t project,
    struct response *r, const struct view_question *q);

/* Reads the users of the project's organization that `ids` name, by id. */
const struct http_error_row *view_users(
    struct view *v, const int64_t *ids, size_t n, struct store_user **r, size_t *n_r);

#endif
