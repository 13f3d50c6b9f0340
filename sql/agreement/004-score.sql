-- The scores of everybody who takes part in a task, in all dimensions that are present, so that they need not be
-- computed again, and their labels (lib/matrix/kept.h says what the bytes are). fingerprint: of all that they depend on. A row that
-- does not fit what it is of is as good as none: rows may be deleted at any time.
CREATE TABLE IF NOT EXISTS `agreement_score` (
	`project_id` int NOT NULL,
	`task_id` int NOT NULL,
	`fingerprint` char(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`scores` longblob NOT NULL,
	`labels` longblob NOT NULL,
	`updated_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
	PRIMARY KEY (`project_id`, `task_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What the tables of Label Studio, the dimensions and the kept scores were when all of a project's scores were found
-- to be current: while they are the same, nobody needs to look at each task again. NULL: not known.
ALTER TABLE `agreement_project` ADD COLUMN `current` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NULL;

-- How the agreement of a task is counted (pairwise or consensus), and below which it is low (NULL: no task is).
ALTER TABLE `agreement_project` ADD COLUMN `agreement_methodology` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pairwise';
ALTER TABLE `agreement_project` ADD COLUMN `agreement_threshold` double NULL;
