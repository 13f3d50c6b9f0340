-- The two accounts, each with what it needs and no more. Run it as an administrator of the database server,
-- with the database of Label Studio as the default, once its tables and ours are there (agreement-matrix init
-- with the administrator's option file):
--
--     mariadb labelstudio < sql/grants.sql
--
-- Passwords do not stand here: new accounts are locked. Give each one its own and open it, for example
--
--     ALTER USER 'agreement_service'@'localhost' IDENTIFIED BY '...' ACCOUNT UNLOCK;
--
-- and put the same into the group [agreement-matrix] of the account's option file. For a database on another
-- host replace 'localhost' by the host that connects. Run it again after an upgrade of Label Studio: what guards
-- access and may not be read is refused, not left out, so that the service answers 503 until it may.

CREATE USER IF NOT EXISTS 'agreement_service'@'localhost' ACCOUNT LOCK;
CREATE USER IF NOT EXISTS 'agreement_loader'@'localhost' ACCOUNT LOCK;

-- Which tables and columns there are, not what is in them: else what is hidden would look like what is not there.
GRANT SHOW VIEW ON * TO 'agreement_service'@'localhost';

-- The service reads Label Studio's tables (of users what it shows, not their password hashes) and keeps ours.
GRANT SELECT (id, email, username, first_name, last_name, avatar, is_active, active_organization_id)
	ON `htx_user` TO 'agreement_service'@'localhost';
GRANT SELECT ON `authtoken_token` TO 'agreement_service'@'localhost';
GRANT SELECT ON `organizations_organizationmember` TO 'agreement_service'@'localhost';
GRANT SELECT ON `project` TO 'agreement_service'@'localhost';
GRANT SELECT ON `task` TO 'agreement_service'@'localhost';
GRANT SELECT ON `task_completion` TO 'agreement_service'@'localhost';
GRANT SELECT ON `prediction` TO 'agreement_service'@'localhost';
GRANT SELECT ON `agreement_schema` TO 'agreement_service'@'localhost';
GRANT SELECT, INSERT ON `agreement_guard` TO 'agreement_service'@'localhost';
GRANT SELECT, INSERT, UPDATE ON `agreement_project` TO 'agreement_service'@'localhost';
GRANT SELECT, INSERT, UPDATE ON `agreement_dimension` TO 'agreement_service'@'localhost';
GRANT SELECT, INSERT, UPDATE ON `agreement_embedding` TO 'agreement_service'@'localhost';
GRANT SELECT, INSERT, UPDATE ON `agreement_score` TO 'agreement_service'@'localhost';

-- Databases of older Label Studios have no jwt_auth_jwtsettings.
SET @agreement_grant = IF(EXISTS (SELECT 1 FROM information_schema.tables
	WHERE table_schema = DATABASE() AND table_name = 'jwt_auth_jwtsettings'),
	'GRANT SELECT ON `jwt_auth_jwtsettings` TO ''agreement_service''@''localhost''', 'DO 0');
PREPARE agreement_grant FROM @agreement_grant;
EXECUTE agreement_grant;
DEALLOCATE PREPARE agreement_grant;

GRANT SHOW VIEW ON * TO 'agreement_loader'@'localhost';

-- The loader makes tables, users with tokens, and what exports have. CREATE also lets a grant name a table
-- that is not there yet.
GRANT SELECT, INSERT, UPDATE, CREATE ON `organization` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, CREATE ON `organizations_organizationmember` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, CREATE ON `htx_user` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, DELETE, CREATE ON `authtoken_token` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, CREATE ON `jwt_auth_jwtsettings` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON `project` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON `task` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON `task_completion` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON `prediction` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, CREATE, ALTER, INDEX ON `agreement_schema` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, CREATE, ALTER, INDEX ON `agreement_guard` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON `agreement_person` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON `agreement_project` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON `agreement_dimension` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON `agreement_embedding` TO 'agreement_loader'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON `agreement_score` TO 'agreement_loader'@'localhost';
