/*
 * The version of the program, as configure knows it.
 */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#ifdef HAVE_CONFIG_H
#include <config.h> /* not the settings beside us */
#define AGREEMENT_VERSION PACKAGE_VERSION
#else
#define AGREEMENT_VERSION "unknown"
#endif

#endif
