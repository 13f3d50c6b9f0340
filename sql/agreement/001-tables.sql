-- Our own tables, version 1. They stand beside Label Studio's in the same database and refer to its ids; nothing
-- of Label Studio's is changed. MariaDB 10.6+ and MySQL 8.0+. All times are UTC.
-- The steps from version to version are beside this file, and never change (docs/tables.md).

-- One row: the version of these tables, which agreement-matrix init writes after each step.
CREATE TABLE IF NOT EXISTS `agreement_schema` (
	`id` tinyint NOT NULL PRIMARY KEY,
	`version` int NOT NULL,
	`updated_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What a project's dimensions were made from. The row is also the lock of who makes them.
CREATE TABLE IF NOT EXISTS `agreement_project` (
	`project_id` int NOT NULL PRIMARY KEY,
	`fingerprint` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
	`updated_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- control_tag is the name of the control (from_name in results), control_type its element in the labeling
-- configuration. is_present: the control is in the configuration. user_set: the columns that a user set
-- (the bits in lib/store/columns.h), which following the configuration leaves alone.
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

-- Embeddings of texts, so that a text is sent to the server once. hash: SHA-256 of model, a zero byte and
-- text, in hexadecimal digits; vector: `n` 32-bit floats, least significant byte first.
CREATE TABLE IF NOT EXISTS `agreement_embedding` (
	`hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
	`n` int NOT NULL,
	`vector` mediumblob NOT NULL,
	`created_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
