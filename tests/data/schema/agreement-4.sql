-- Version 4 of our tables as its init made them, and rows in each: what init starts from in an upgrade of it.

-- One row: the version of these tables (SCHEMA_VERSION in lib/store/schema.h).
CREATE TABLE IF NOT EXISTS `agreement_schema` (
	`id` tinyint NOT NULL PRIMARY KEY,
	`version` int NOT NULL,
	`updated_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What guards access and was there once (enum stmt_shape in lib/store/stmt.h), so that it is never taken for something
-- that this database does not have. Delete a row only where Label Studio itself has given that column up for good.
CREATE TABLE IF NOT EXISTS `agreement_guard` (
	`name` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
	`seen_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- That init has been here: a table without this row is being loaded.
INSERT IGNORE INTO `agreement_guard` (`name`) VALUES ('agreement_schema');

INSERT IGNORE INTO `agreement_guard` (`name`)
SELECT CONCAT(LOWER(`table_name`), '.', LOWER(`column_name`)) FROM information_schema.columns
WHERE `table_schema` = DATABASE()
AND CONCAT(LOWER(`table_name`), '.', LOWER(`column_name`)) IN ('project.deleted_at',
	'organizations_organizationmember.deleted_at', 'jwt_auth_jwtsettings.legacy_api_tokens_enabled');

-- What a project's dimensions were made from. The row is also the lock of who makes them.
CREATE TABLE IF NOT EXISTS `agreement_project` (
	`project_id` int NOT NULL PRIMARY KEY,
	`fingerprint` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
	`updated_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
	`current` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
	`agreement_methodology` varchar(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'pairwise',
	`agreement_threshold` double NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- control_tag is the name of the control (from_name in results), control_type its element in the labeling
-- configuration. is_present: the control is in the configuration. user_set: the columns that a user set
-- (enum store_dimension_field in lib/store/dimensions.h), which following the configuration leaves alone.
CREATE TABLE IF NOT EXISTS `agreement_dimension` (
	`id` int NOT NULL AUTO_INCREMENT PRIMARY KEY,
	`project_id` int NOT NULL,
	`name` varchar(512) NOT NULL,
	`description` longtext NULL,
	`control_tag` varchar(512) COLLATE utf8mb4_bin NOT NULL,
	`control_type` varchar(128) NOT NULL DEFAULT '',
	`object_type` varchar(128) NULL,
	`per_region` bool NOT NULL DEFAULT 0,
	`extraction_method` varchar(128) NULL,
	`extraction_method_params` json NULL,
	`metric_type` varchar(128) NOT NULL,
	`metric_params` json NULL,
	`is_active` bool NOT NULL DEFAULT 1,
	`is_present` bool NOT NULL DEFAULT 1,
	`is_categorical` bool NOT NULL DEFAULT 0,
	`is_user_defined` bool NOT NULL DEFAULT 0,
	`order` int NOT NULL DEFAULT 0,
	`values_enum` json NULL,
	`weight` double NOT NULL DEFAULT 1,
	`label_weights` json NULL,
	`user_set` int NOT NULL DEFAULT 0,
	`created_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	`updated_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
	`created_by_id` int NULL,
	KEY (`project_id`, `order`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Who of this database is meant where the exports of a project name somebody by a number: another Label Studio
-- has other people with the same numbers. Somebody known by an email alone stands under minus their user_id.
CREATE TABLE IF NOT EXISTS `agreement_person` (
	`project_id` int NOT NULL,
	`number` bigint NOT NULL,
	`user_id` int NOT NULL,
	PRIMARY KEY (`project_id`, `number`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Embeddings of texts, so that a text is sent to the server once. hash: SHA-256 of model, a zero byte and
-- text, in hexadecimal digits; vector: `n` 32-bit floats, least significant byte first.
CREATE TABLE IF NOT EXISTS `agreement_embedding` (
	`hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
	`n` int NOT NULL,
	`vector` mediumblob NOT NULL,
	`created_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The scores of everybody who takes part in a task, in all dimensions that are present.
CREATE TABLE IF NOT EXISTS `agreement_score` (
	`project_id` int NOT NULL,
	`task_id` int NOT NULL,
	`fingerprint` char(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
	`scores` longblob NOT NULL,
	`labels` longblob NOT NULL,
	`updated_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
	PRIMARY KEY (`project_id`, `task_id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

INSERT INTO `agreement_schema` (`id`, `version`) VALUES (1, 4)
ON DUPLICATE KEY UPDATE `version` = VALUES(`version`);

INSERT INTO `agreement_project` (`project_id`, `fingerprint`, `updated_at`) VALUES
	(7, '1-24-3735928559-0-0', '2026-01-02 03:04:05.060708'), (8, NULL, '2026-01-02 03:04:06');
INSERT INTO `agreement_dimension` (`id`, `project_id`, `name`, `description`, `control_tag`, `control_type`, `object_type`, `per_region`,
	`extraction_method`, `extraction_method_params`, `metric_type`, `metric_params`, `is_active`, `is_present`, `is_categorical`,
	`is_user_defined`, `order`, `values_enum`, `weight`, `label_weights`, `user_set`, `created_at`, `updated_at`, `created_by_id`) VALUES
	(3, 7, 'Größe', 'what a user wrote', 'box', 'RectangleLabels', 'Image', 0, 'from_name', NULL, 'bbox_iou_threshold', '{"threshold":0.7}',
		0, 1, 1, 0, 0, '["car","tree"]', 2.5, '{"car":2}', 255, '2026-01-02 03:04:05.060708', '2026-02-03 04:05:06.070809', NULL),
	(9, 7, 'mood', NULL, 'mood', 'Choices', NULL, 1, NULL, '{"path":"$.mood"}', 'exact_match', NULL,
		1, 0, 0, 1, 1, NULL, 1, NULL, 0, '2026-01-02 03:04:05', '2026-01-02 03:04:05', 5);
INSERT INTO `agreement_embedding` (`hash`, `n`, `vector`, `created_at`) VALUES
	('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 2, x'0000803F000000C0', '2026-01-02 03:04:05.060708');
INSERT INTO `agreement_person` (`project_id`, `number`, `user_id`) VALUES (7, 1, 4), (7, -4, 4), (8, 9223372036854775807, 5);
UPDATE `agreement_project` SET `current` = '0123456789abcdef0123456789abcdef 0123456789abcdef0123456789abcdef', `agreement_methodology` = 'consensus',
	`agreement_threshold` = 0.25, `updated_at` = '2026-01-02 03:04:07' WHERE `project_id` = 8;
INSERT INTO `agreement_score` (`project_id`, `task_id`, `fingerprint`, `scores`, `labels`, `updated_at`) VALUES
	(7, 70, '0123456789abcdef0123456789abcdef', x'00FF', '', '2026-01-02 03:04:05.060708');
