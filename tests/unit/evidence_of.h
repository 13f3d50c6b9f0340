/*
 * A question for all evidence of a task, for tests of the store.
 */
#ifndef EVIDENCE_OF_H
#define EVIDENCE_OF_H

#include "store/evidence.h"

#define EVIDENCE_OF(organization_, project_, task_, max_bytes_)                            \
	&(struct store_evidence_question)                                                  \
	{                                                                                  \
		.organization = (organization_), .project = (project_), .task = (task_),   \
		.predictions = true, .max_bytes = (max_bytes_)                             \
	}

#endif
