/*
 * Keeps the memory of the process, which has tokens and passwords in it, from other
 * processes.
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

/* Forbids core files, and other processes of the same account to look into this one; under
 * a sanitizer, which must look, core files only. Called first in main(). */
void seal_process(void);

#endif
