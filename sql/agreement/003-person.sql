-- Who of this database is meant where the exports of a project name somebody by a number: another Label Studio
-- has other people with the same numbers. Somebody known by an email alone stands under minus their user_id.
CREATE TABLE IF NOT EXISTS `agreement_person` (
	`project_id` int NOT NULL,
	`number` bigint NOT NULL,
	`user_id` int NOT NULL,
	PRIMARY KEY (`project_id`, `number`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
