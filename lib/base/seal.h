/*
 * What a program does first, so that its memory, which has tokens and passwords in it, is
 * its own.
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

/* No core file is written, and no other process of the same account may look into this one.
 * Under a sanitizer, which must, only the former. */
void seal_process(void);

#endif
