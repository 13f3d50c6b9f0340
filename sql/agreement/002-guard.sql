-- What guards access and was there once (enum stmt_shape in lib/store/stmt.h), so that it is never taken for something
-- that this database does not have. Delete a row only where Label Studio itself has given that column up for good.
CREATE TABLE IF NOT EXISTS `agreement_guard` (
	`name` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
	`seen_at` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- That init has been here: a table without this row is being loaded.
INSERT IGNORE INTO `agreement_guard` (`name`) VALUES ('agreement_schema');
