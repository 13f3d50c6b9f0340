#include "store/aside.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/* What the thread is to do next. */
enum order { ORDER_NONE, ORDER_RUN, ORDER_END };

struct aside {
	const struct db_ops *ops;
	struct db *db;
	bool has_thread;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	enum order order;
	unsigned slot;
	const struct db_value *params;
	struct arena *arena;
	struct db_statement statement;
	struct db_answer answer;
	struct error e;
	enum err err;
};

static void
run(struct aside *x)
{
	x->answer = (struct db_answer){0};
	x->e = (struct error){0};
	x->err = x->ops->run(x->db, x->slot, &x->statement, x->params,
	    &(struct db_taking){.arena = x->arena}, &x->answer, &x->e);
}

static void *
work(void *arg)
{
	struct aside *x = arg;
	enum order order = ORDER_NONE;

	pthread_mutex_lock(&x->lock);
	while (order != ORDER_END) {
		while (x->order == ORDER_NONE)
			pthread_cond_wait(&x->changed, &x->lock);
		order = x->order;
		if (order == ORDER_RUN) {
			pthread_mutex_unlock(&x->lock);
			run(x);
			pthread_mutex_lock(&x->lock);
		}
		x->order = ORDER_NONE;
		pthread_cond_signal(&x->changed);
	}
	pthread_mutex_unlock(&x->lock);
	x->ops->end_thread();
	return NULL;
}

/* Signals are for the thread that serves. */
static enum err
start_thread(struct aside *x)
{
	sigset_t all, before;
	int failed;

	if (x->has_thread)
		return ERR_OK;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&x->thread, NULL, work, x);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	x->has_thread = failed == 0;
	return failed == 0 ? ERR_OK : ERR_MEMORY;
}

enum err
aside_open(
    const struct db_ops *ops, const struct db_options *o, struct aside **r, struct error *e)
{
	struct aside *x = calloc(1, sizeof *x);
	enum err err;

	if (x == NULL)
		return error_memory(e);
	x->ops = ops;
	err = ops->open(o, &x->db, e);
	if (err != ERR_OK) {
		free(x);
		return err;
	}
	pthread_mutex_init(&x->lock, NULL);
	pthread_cond_init(&x->changed, NULL);
	*r = x;
	return ERR_OK;
}

/* Waits until nothing runs; the lock is held. */
static void
wait_idle(struct aside *x)
{
	while (x->order != ORDER_NONE)
		pthread_cond_wait(&x->changed, &x->lock);
}

void
aside_close(struct aside *x)
{
	if (x == NULL)
		return;
	if (x->has_thread) {
		pthread_mutex_lock(&x->lock);
		wait_idle(x);
		x->order = ORDER_END;
		pthread_cond_signal(&x->changed);
		pthread_mutex_unlock(&x->lock);
		pthread_join(x->thread, NULL);
	}
	pthread_cond_destroy(&x->changed);
	pthread_mutex_destroy(&x->lock);
	x->ops->close(x->db);
	free(x);
}

enum err
aside_start(struct aside *x, unsigned slot, const struct db_statement *s,
    const struct db_value *params, struct arena *a)
{
	enum err err = start_thread(x);

	if (err != ERR_OK)
		return err;
	pthread_mutex_lock(&x->lock);
	wait_idle(x);
	x->slot = slot;
	x->statement = *s;
	x->params = params;
	x->arena = a;
	x->order = ORDER_RUN;
	pthread_cond_signal(&x->changed);
	pthread_mutex_unlock(&x->lock);
	return ERR_OK;
}

enum err
aside_wait(struct aside *x, struct db_answer *r, struct error *e)
{
	pthread_mutex_lock(&x->lock);
	wait_idle(x);
	pthread_mutex_unlock(&x->lock);
	*r = x->answer;
	if (x->err != ERR_OK && e != NULL)
		*e = x->e;
	return x->err;
}
