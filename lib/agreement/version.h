/*
 * The version of the program, as configure knows it. Ownership: a constant.
 */
#ifndef AGREEMENT_VERSION_H
#define AGREEMENT_VERSION_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#define AGREEMENT_VERSION PACKAGE_VERSION
#else
#define AGREEMENT_VERSION "unknown"
#endif

#endif
