/* Requests that wait together at the FastCGI front end, kept connections, several workers
 * on one socket. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "fcgi_worker.h"

/* As many as the front end takes at a time. */
#define PLACES 8

static void
pause_ms(long ms)
{
	struct timespec left = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&left, NULL);
}

/* ---- the worker's side: which gathering a request belongs to, and who answers ---- */

#define ALONE 0

/* What test and workers both see: how many requests are held, whether they may go on, and
 * how many were answered. */
static struct {
	atomic_int held, go, answered;
} *shared;

struct gathering {
	int number; /* so far */
	bool now;
	int answered; /* of this one */
};

static void
gathered(void *context, struct arena *a, const struct request *list, size_t n)
{
	(void)a;
	(void)list;
	(void)n;
	struct gathering *g = context;

	g->number++;
	g->now = true;
	g->answered = 0;
}

static void
scattered(void *context)
{
	struct gathering *g = context;

	g->now = false;
}

static void
answer(void *context, struct arena *a, const struct request *q, struct response *r)
{
	struct gathering *g = context;

	(void)a;
	if (str_is(q->path, "/slow"))
		pause_ms(2);
	if (str_is(q->path, "/held")) {
		shared->held++;
		while (shared->go == 0)
			pause_ms(1);
	}
	shared->answered++;
	buf_printf(&r->body, "{\"path\":\"%.*s\",\"gathering\":%d,\"place\":%d,\"pid\":%d}",
	    STR_ARG(q->path), g->now ? g->number : ALONE, ++g->answered, (int)getpid());
}

static struct gathering gathering;
static const struct server server = {.version = "0.1",
    .answer = answer,
    .gathered = gathered,
    .scattered = scattered,
    .context = &gathering,
    .patience = {.connections = PLACES, .silence = 60000}};

/* One that gives the place of a silent connection to another soon. */
static const struct server brisk = {.version = "0.1",
    .answer = answer,
    .gathered = gathered,
    .scattered = scattered,
    .context = &gathering,
    .patience = {.connections = PLACES, .silence = 10, .pause = 1}};

static int
start_one(void **state, const struct server *s)
{
	shared->held = shared->go = shared->answered = 0;
	*state = worker_start(s, NULL);
	return *state == NULL;
}

static int
start(void **state)
{
	return start_one(state, &server);
}

static int
start_brisk(void **state)
{
	return start_one(state, &brisk);
}

static int
end_all(void **state)
{
	worker_stop(*state);
	return 0;
}

/* ---- the web server's side ---- */

struct told {
	int gathering, place, pid;
};

static struct told
read_told(int fd)
{
	struct buf out = BUF_INIT;
	struct told t = {-1, -1, -1};
	const char *body;

	assert_true(worker_read(fd, &out));
	body = strstr(out.s, "\"gathering\":");
	assert_non_null(body);
	assert_int_equal(sscanf(body, "\"gathering\":%d,\"place\":%d,\"pid\":%d",
			     &t.gathering, &t.place, &t.pid),
	    3);
	buf_free(&out);
	return t;
}

static struct told
ask(const struct worker *w)
{
	int fd = worker_connect(w);
	struct told t;

	worker_send(fd, "GET", "/path", false, 0);
	t = read_told(fd);
	close(fd);
	return t;
}

static void
wait_until_held(int n)
{
	for (int ms = 0; shared->held < n; ms++) {
		assert_true(ms < 20000);
		pause_ms(1);
	}
}

/*
 * Have `n` requests wait while the worker is busy with another one, which fds[0] is; they
 * are answered when it may go on.
 */
static void
have_wait(const struct worker *w, int *fds, int n)
{
	shared->held = shared->go = 0;
	fds[0] = worker_connect(w);
	worker_send(fds[0], "GET", "/held", false, 0);
	wait_until_held(1);
	for (int i = 1; i <= n; i++) {
		fds[i] = worker_connect(w);
		worker_send(fds[i], "GET", "/path", false, 0);
	}
}

static void
go_on(void)
{
	shared->go = 1;
}

static void
those_that_wait_are_gathered(void **state)
{
	int fds[6], first = 0;

	ask(*state);
	have_wait(*state, fds, 5);
	go_on();
	assert_int_equal(read_told(fds[0]).gathering, ALONE);
	for (int i = 1; i <= 5; i++) {
		struct told t = read_told(fds[i]);

		assert_true(t.gathering != ALONE);
		assert_int_equal(t.gathering, i == 1 ? t.gathering : first);
		assert_int_equal(t.place, i);
		first = t.gathering;
		close(fds[i]);
	}
	close(fds[0]);
	assert_int_equal(ask(*state).gathering, ALONE);
}

static void
more_than_there_are_places_for(void **state)
{
	int fds[2 * PLACES + 4], first = 0;

	ask(*state);
	have_wait(*state, fds, 2 * PLACES + 3);
	go_on();
	read_told(fds[0]);
	close(fds[0]);
	for (int i = 0; i < 2 * PLACES + 3; i++) {
		struct told t = read_told(fds[i + 1]);

		first = i == 0 ? t.gathering : first;
		assert_int_equal(t.gathering, first + i / PLACES);
		assert_int_equal(t.place, i % PLACES + 1);
		close(fds[i + 1]);
	}
}

/* Of workers that sleep each takes one: they wake together. */
static void
sleepers_share_what_comes(void **state)
{
	struct worker *other = worker_start(&server, *state);
	int fds[2];

	assert_non_null(other);
	for (int round = 0; round < 10; round++) {
		struct told told[2];

		worker_wait_asleep(*state);
		worker_wait_asleep(other);
		shared->held = shared->go = 0;
		kill(((struct worker *)*state)->pid, SIGSTOP);
		kill(other->pid, SIGSTOP);
		for (int i = 0; i < 2; i++) {
			fds[i] = worker_connect(*state);
			worker_send(fds[i], "GET", "/held", false, 0);
		}
		kill(((struct worker *)*state)->pid, SIGCONT);
		kill(other->pid, SIGCONT);
		wait_until_held(2);
		go_on();
		for (int i = 0; i < 2; i++) {
			told[i] = read_told(fds[i]);
			assert_int_equal(told[i].gathering, ALONE);
			close(fds[i]);
		}
		assert_int_not_equal(told[0].pid, told[1].pid);
	}
	worker_stop(other);
}

/* Half a request, and none at all, hold nobody up; nor does a body that comes slowly. */
static void
the_silent_hold_nobody_up(void **state)
{
	int silent[3 * PLACES];

	for (int i = 0; i < 3 * PLACES; i++) {
		silent[i] = worker_connect(*state);
		ask(*state);
	}
	/* The last ones are still there, and may speak. */
	worker_send(silent[3 * PLACES - 1], "GET", "/path", false, 0);
	read_told(silent[3 * PLACES - 1]);
	for (int i = 0; i < 3 * PLACES; i++)
		close(silent[i]);
	ask(*state);
}

/* A web server that stops in the middle of a request is given up, also by one that must
 * stop. */
static void
half_a_request_is_given_up(void **state)
{
	static const char half[] = "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1";
	struct worker *w = *state;
	int fds[2];

	for (int i = 0; i < 2; i++) {
		fds[i] = worker_connect(w);
		assert_int_equal(
		    write(fds[i], half, sizeof(half) - 1), (ssize_t)sizeof(half) - 1);
		if (i == 0)
			ask(w);
	}
	worker_wait_asleep(w);
	kill(w->pid, SIGTERM);
	assert_int_equal(worker_wait(w), 0);
	close(fds[0]);
	close(fds[1]);
}

static void
those_with_a_body_are_answered_last(void **state)
{
	int fds[4];

	ask(*state);
	have_wait(*state, fds, 0);
	fds[1] = worker_connect(*state);
	worker_send(fds[1], "POST", "/path", false, 3000);
	for (int i = 2; i < 4; i++) {
		fds[i] = worker_connect(*state);
		worker_send(fds[i], "GET", "/path", false, 0);
	}
	go_on();
	assert_int_equal(read_told(fds[1]).place, 3);
	assert_int_equal(read_told(fds[2]).place, 1);
	assert_int_equal(read_told(fds[3]).place, 2);
	read_told(fds[0]);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
}

/* A connection that was kept does not hold the worker. */
static void
kept_connections_leave_room(void **state)
{
	int kept[PLACES - 1];

	for (int i = 0; i < PLACES - 1; i++) {
		kept[i] = worker_connect(*state);
		worker_send(kept[i], "GET", "/path", true, 0);
		read_told(kept[i]);
		ask(*state);
	}
	for (int round = 0; round < 3; round++)
		for (int i = PLACES - 2; i >= 0; i--) {
			worker_send(kept[i], "POST", "/path", true, 3000);
			ask(*state);
			read_told(kept[i]);
		}
	for (int i = 0; i < PLACES - 1; i++) {
		close(kept[i]);
		ask(*state);
	}
}

/* Those that are asked over are not taken away, and what waits meanwhile is not lost. */
static void
busy_connections_stay(void **state)
{
	int kept[PLACES], waiting[3];

	for (int i = 0; i < PLACES; i++) {
		kept[i] = worker_connect(*state);
		worker_send(kept[i], "GET", "/path", true, 0);
		read_told(kept[i]);
	}
	for (int i = 0; i < 3; i++) {
		waiting[i] = worker_connect(*state);
		worker_send(waiting[i], "GET", "/path", false, 0);
	}
	for (int round = 0; round < 20; round++)
		for (int i = 0; i < PLACES; i++) {
			worker_send(kept[i], "GET", "/path", true, 0);
			read_told(kept[i]);
		}
	for (int i = 0; i < PLACES; i++)
		close(kept[i]);
	for (int i = 0; i < 3; i++) {
		read_told(waiting[i]);
		close(waiting[i]);
	}
}

/* Also what was sent over a kept one is answered before a worker stops. */
static void
what_has_come_is_answered_at_the_end(void **state)
{
	struct worker *w = *state;
	int kept[3];

	for (int i = 0; i < 3; i++) {
		kept[i] = worker_connect(w);
		worker_send(kept[i], "GET", "/path", true, 0);
		read_told(kept[i]);
	}
	kill(w->pid, SIGSTOP);
	for (int i = 0; i < 2; i++)
		worker_send(kept[i], "GET", "/path", true, 0);
	kill(w->pid, SIGTERM);
	kill(w->pid, SIGCONT);
	for (int i = 0; i < 2; i++)
		read_told(kept[i]);
	assert_int_equal(worker_wait(w), 0);
	for (int i = 0; i < 3; i++)
		close(kept[i]);
}

/* Where they fill all places, the one that was not asked over for the longest makes room.
 */
static void
kept_connections_make_room(void **state)
{
	int kept[PLACES + 3];
	struct buf out = BUF_INIT;

	for (int i = 0; i < PLACES + 3; i++) {
		kept[i] = worker_connect(*state);
		worker_send(kept[i], "GET", "/path", true, 0);
		read_told(kept[i]);
	}
	for (int i = 0; i < 3; i++)
		assert_false(worker_read(kept[i], &out));
	for (int i = 3; i < PLACES + 3; i++) {
		worker_send(kept[i], "GET", "/path", true, 0);
		read_told(kept[i]);
	}
	for (int i = 0; i < PLACES + 3; i++)
		close(kept[i]);
	buf_free(&out);
	ask(*state);
}

/* One that ends and one that comes at the same moment. */
static void
ends_and_beginnings_mix(void **state)
{
	for (int round = 0; round < 20; round++) {
		int kept[3], fds[7];

		for (int i = 0; i < 3; i++) {
			kept[i] = worker_connect(*state);
			worker_send(kept[i], "GET", "/path", true, 0);
			read_told(kept[i]);
		}
		have_wait(*state, fds, round % 7);
		close(kept[round % 3]);
		worker_send(kept[(round + 1) % 3], "GET", "/path", false, 0);
		go_on();
		read_told(kept[(round + 1) % 3]);
		for (int i = 0; i <= round % 7; i++) {
			read_told(fds[i]);
			close(fds[i]);
		}
		close(kept[(round + 1) % 3]);
		close(kept[(round + 2) % 3]);
	}
	ask(*state);
}

static void
two_workers_share_a_socket(void **state)
{
	struct worker *other = worker_start(&server, *state);
	int first = 0, fds[12];

	assert_non_null(other);
	for (int round = 0; round < 30; round++) {
		for (int i = 0; i < 12; i++) {
			fds[i] = worker_connect(*state);
			worker_send(
			    fds[i], "GET", i % 5 == 0 ? "/slow" : "/path", false, 0);
		}
		for (int i = 0; i < 12; i++) {
			first += read_told(fds[i]).pid != other->pid;
			close(fds[i]);
		}
	}
	assert_true(first >= 1 && first <= 30 * 12 - 1);
	worker_stop(other);
	ask(*state);
}

/* What a worker has not taken when it is told to stop is left for the others. */
static void
none_is_lost_when_a_worker_stops(void **state)
{
	struct worker *other;
	int fds[PLACES + 5];

	ask(*state);
	have_wait(*state, fds, PLACES + 4);
	kill(((struct worker *)*state)->pid, SIGTERM);
	go_on();
	assert_int_equal(worker_wait(*state), 0);
	other = worker_start(&server, *state);
	assert_non_null(other);
	for (int i = 0; i < PLACES + 5; i++) {
		read_told(fds[i]);
		close(fds[i]);
	}
	worker_stop(other);
}

/* What a worker has taken is answered before it stops, also what was slow to ask. */
static void
who_has_connected_is_answered(void **state)
{
	int fds[3];

	ask(*state);
	for (int i = 0; i < 3; i++)
		fds[i] = worker_connect(*state);
	worker_wait_asleep(*state);
	kill(((struct worker *)*state)->pid, SIGTERM);
	worker_wait_asleep(*state);
	for (int i = 0; i < 2; i++) {
		worker_send(fds[i], "GET", "/path", false, 0);
		read_told(fds[i]);
	}
	/* The third says nothing. */
	assert_int_equal(worker_wait(*state), 0);
	for (int i = 0; i < 3; i++)
		close(fds[i]);
}

static void
ask_for_ever(const struct worker *w)
{
	struct buf out = BUF_INIT;

	for (;;) {
		int fd = worker_connect(w);

		worker_send(fd, "GET", "/slow", false, 0);
		if (!worker_read(fd, &out))
			_exit(0);
		close(fd);
	}
}

/* Also where there is always somebody waiting. */
static void
a_signal_comes_through_under_load(void **state)
{
	pid_t clients[6];

	for (int i = 0; i < 6; i++) {
		clients[i] = fork();
		if (clients[i] == 0)
			ask_for_ever(*state);
	}
	while (shared->answered < 30)
		pause_ms(1);
	kill(((struct worker *)*state)->pid, SIGTERM);
	assert_int_equal(worker_wait(*state), 0);
	for (int i = 0; i < 6; i++) {
		kill(clients[i], SIGKILL);
		waitpid(clients[i], NULL, 0);
	}
}

#define T(test) cmocka_unit_test_setup_teardown(test, start, end_all)
#define BRISK(test) cmocka_unit_test_setup_teardown(test, start_brisk, end_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(those_that_wait_are_gathered),
	    T(more_than_there_are_places_for),
	    T(sleepers_share_what_comes),
	    BRISK(the_silent_hold_nobody_up),
	    T(half_a_request_is_given_up),
	    T(those_with_a_body_are_answered_last),
	    T(kept_connections_leave_room),
	    T(busy_connections_stay),
	    T(what_has_come_is_answered_at_the_end),
	    BRISK(kept_connections_make_room),
	    T(ends_and_beginnings_mix),
	    T(two_workers_share_a_socket),
	    T(none_is_lost_when_a_worker_stops),
	    T(who_has_connected_is_answered),
	    T(a_signal_comes_through_under_load),
	};

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
