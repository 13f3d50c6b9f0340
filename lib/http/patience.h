/*
 * The waiting times of the front ends. Tests set shorter ones than the defaults.
 */
#ifndef HTTP_PATIENCE_H
#define HTTP_PATIENCE_H

/* Milliseconds, but for the last; 0: the default. */
struct patience {
	int request; /* for the rest of a request, 10,000 */
	int body;    /* for more of the body of a CGI request, 5,000 */
	int answer;  /* for a peer to take more of an answer, 30,000 */
	int close;   /* for a peer to close its side after an answer, 50 */
	int silence; /* after which a connection makes room for another, 1,000 */
	int grace;   /* for requests over new connections when the worker must stop, 100 */
	int pause;   /* until a place, or a descriptor, is looked for again, 50 */
	int connections; /* at a time, 1,024, and no more than half of the descriptors */
};

/* Returns the same with the defaults in place of 0. */
struct patience patience_complete(const struct patience *p);

#endif
