-- The tables of Label Studio that agreement-matrix reads: names, columns and indexes as its Django models
-- declare them (1.24), so that a copy of a Label Studio database serves as it is. Here they are made for
-- hosts that have no Label Studio; where the tables are there already, nothing is changed.
-- MariaDB 10.6+ and MySQL 8.0+. All times are UTC. Columns that may not be null have Label Studio's defaults.

CREATE TABLE IF NOT EXISTS organization (
	id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
	title varchar(1000) NOT NULL,
	token varchar(256) NULL UNIQUE,
	created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	contact_info varchar(254) NULL,
	created_by_id int NULL UNIQUE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- One user may have several rows in one organization: a removed and a new one.
CREATE TABLE IF NOT EXISTS organizations_organizationmember (
	id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
	created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	deleted_at datetime(6) NULL,
	organization_id int NOT NULL,
	user_id int NOT NULL,
	KEY (deleted_at),
	KEY (organization_id),
	KEY (user_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS htx_user (
	id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
	password varchar(128) NOT NULL DEFAULT '!',
	last_login datetime(6) NULL,
	is_superuser bool NOT NULL DEFAULT 0,
	last_activity datetime(6) NULL,
	username varchar(256) NOT NULL DEFAULT '',
	email varchar(254) NOT NULL UNIQUE,
	first_name varchar(256) NOT NULL DEFAULT '',
	last_name varchar(256) NOT NULL DEFAULT '',
	phone varchar(256) NOT NULL DEFAULT '',
	avatar varchar(100) NOT NULL DEFAULT '',
	custom_hotkeys json NULL,
	is_staff bool NOT NULL DEFAULT 0,
	is_active bool NOT NULL DEFAULT 1,
	date_joined datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	activity_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	allow_newsletters bool NULL,
	active_organization_id int NULL,
	KEY (username),
	KEY (first_name),
	KEY (last_name),
	KEY (date_joined),
	KEY (active_organization_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS authtoken_token (
	`key` varchar(40) NOT NULL PRIMARY KEY,
	created datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	user_id int NOT NULL UNIQUE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- An organization without a row has its legacy tokens (authtoken_token) switched off.
CREATE TABLE IF NOT EXISTS jwt_auth_jwtsettings (
	organization_id int NOT NULL PRIMARY KEY,
	api_tokens_enabled bool NOT NULL DEFAULT 1,
	api_token_ttl_days int NOT NULL DEFAULT 73000,
	legacy_api_tokens_enabled bool NOT NULL DEFAULT 0,
	created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS project (
	id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
	title varchar(50) NULL,
	description longtext NULL,
	label_config longtext NULL,
	parsed_label_config json NULL,
	label_config_hash bigint NULL,
	expert_instruction longtext NULL,
	show_instruction bool NOT NULL DEFAULT 0,
	show_skip_button bool NOT NULL DEFAULT 1,
	enable_empty_annotation bool NOT NULL DEFAULT 1,
	reveal_preannotations_interactively bool NOT NULL DEFAULT 0,
	show_annotation_history bool NOT NULL DEFAULT 0,
	show_collab_predictions bool NOT NULL DEFAULT 1,
	evaluate_predictions_automatically bool NOT NULL DEFAULT 0,
	token varchar(256) NULL,
	result_count int NOT NULL DEFAULT 0,
	color varchar(16) NULL,
	maximum_annotations int NOT NULL DEFAULT 1,
	min_annotations_to_start_training int NOT NULL DEFAULT 0,
	control_weights json NULL,
	model_version longtext NULL,
	data_types json NULL,
	is_draft bool NOT NULL DEFAULT 0,
	is_published bool NOT NULL DEFAULT 0,
	created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	sampling varchar(100) NULL,
	skip_queue varchar(100) NULL,
	show_ground_truth_first bool NOT NULL DEFAULT 0,
	annotator_evaluation_enabled bool NOT NULL DEFAULT 0,
	show_overlap_first bool NOT NULL DEFAULT 0,
	overlap_cohort_percentage int NOT NULL DEFAULT 100,
	task_data_login varchar(256) NULL,
	task_data_password varchar(256) NULL,
	pinned_at datetime(6) NULL,
	custom_task_lock_ttl int NULL,
	deleted_at datetime(6) NULL,
	deleted_by_id int NULL,
	purge_at datetime(6) NULL,
	search_vector longtext NULL,
	organization_id int NULL,
	created_by_id int NULL,
	KEY (pinned_at, created_at),
	KEY (organization_id),
	KEY (created_by_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS task (
	id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
	data json NOT NULL,
	meta json NULL,
	created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	is_labeled bool NOT NULL DEFAULT 0,
	allow_skip bool NULL,
	overlap int NOT NULL DEFAULT 1,
	inner_id bigint NULL,
	total_annotations int NOT NULL DEFAULT 0,
	cancelled_annotations int NOT NULL DEFAULT 0,
	total_predictions int NOT NULL DEFAULT 0,
	precomputed_agreement double NULL,
	comment_count int NOT NULL DEFAULT 0,
	unresolved_comment_count int NOT NULL DEFAULT 0,
	last_comment_updated_at datetime(6) NULL,
	file_upload_id int NULL,
	project_id int NULL,
	updated_by_id int NULL,
	KEY (project_id, is_labeled),
	KEY (project_id, inner_id),
	KEY (id, project_id),
	KEY (id, overlap),
	KEY (overlap),
	KEY (project_id, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- An annotation. The table has the name from when they were called completions.
CREATE TABLE IF NOT EXISTS task_completion (
	id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
	result json NULL,
	was_cancelled bool NOT NULL DEFAULT 0,
	ground_truth bool NOT NULL DEFAULT 0,
	created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	draft_created_at datetime(6) NULL,
	lead_time double NULL,
	prediction json NULL,
	result_count int NOT NULL DEFAULT 0,
	unique_id char(32) NULL UNIQUE,
	import_id bigint NULL,
	last_action varchar(128) NULL,
	bulk_created bool NULL DEFAULT 0,
	completed_by_id int NULL,
	last_created_by_id int NULL,
	parent_annotation_id int NULL,
	parent_prediction_id int NULL,
	project_id int NULL,
	task_id int NULL,
	updated_by_id int NULL,
	KEY (task_id, completed_by_id),
	KEY (task_id, ground_truth),
	KEY (task_id, was_cancelled),
	KEY (project_id, ground_truth),
	KEY (project_id, id),
	KEY (project_id, was_cancelled),
	KEY (id, task_id),
	KEY (completed_by_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS prediction (
	id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
	result json NULL,
	score double NULL,
	model_version longtext NULL,
	cluster int NULL,
	neighbors json NULL,
	mislabeling double NOT NULL DEFAULT 0,
	created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
	model_id int NULL,
	model_run_id int NULL,
	project_id int NULL,
	task_id int NOT NULL,
	KEY (model_id),
	KEY (model_run_id),
	KEY (project_id),
	KEY (task_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
