-- What the HTTP tests ask about: organizations, people with tokens, and one task for each rule.
-- Tokens: two hexadecimal digits, twenty times; tests/lib/http.bash names them.

INSERT INTO organization (id, title) VALUES (1, 'Acme'), (2, 'Other'), (3, 'No settings'), (4, 'Tokens off');
INSERT INTO jwt_auth_jwtsettings (organization_id, legacy_api_tokens_enabled) VALUES (1, 1), (2, 1), (4, 0);

INSERT INTO htx_user (id, email, username, first_name, last_name, avatar, is_active, active_organization_id) VALUES
    (21, 'ann@example.com', 'ann', 'Ann', 'Archer', '', 1, 1),
    (22, 'bob@example.com', 'bob', 'Bob', '', 'avatars/bob.png', 1, 1),
    (23, 'cleo@example.com', 'cleo', '', '', '', 1, 1),
    (24, 'dan@example.com', 'dan', 'Dan', 'Dale', 'avatars/dan.png', 1, 1),
    (25, 'eve@example.com', 'eve', 'Eve', 'Early', '', 0, 1),
    (26, 'fay@example.com', 'fay', 'Fay', 'Foreign', '', 1, 2),
    (27, 'gus@example.com', 'gus', '', 'Stone', '', 1, 1),
    (28, 'elodie@example.com', 'elodie', 'Élodie', 'Öberg', '', 1, 1),
    (29, '😀smile@example.com', 'smile', '', '', '', 1, 1),
    (30, 'jon@example.com', 'jon', 'Jon', 'Joiner', '', 1, 3),
    (31, 'kim@example.com', 'kim', 'Kim', 'Keeper', '', 1, 4),
    (32, 'lea@example.com', 'lea', 'Lea', 'Loop', '', 1, 1),
    (33, 'moe@example.com', 'moe', 'Moe', 'Mute', '', 1, 1),
    (34, 'ned@example.com', 'ned', 'Ned', 'Nomad', '', 1, 2);

-- Dan was removed; Lea was removed and came back; Fay and Ned are of another organization.
INSERT INTO organizations_organizationmember (organization_id, user_id, deleted_at) VALUES
    (1, 21, NULL), (1, 22, NULL), (1, 23, NULL), (1, 24, '2024-03-01 00:00:00'), (1, 25, NULL), (2, 26, NULL),
    (1, 27, NULL), (1, 28, NULL), (1, 29, NULL), (3, 30, NULL), (4, 31, NULL),
    (1, 32, '2024-03-01 00:00:00'), (1, 32, NULL), (1, 33, NULL), (2, 34, NULL);

INSERT INTO authtoken_token (`key`, user_id) VALUES
    (REPEAT('a1', 20), 21), (REPEAT('d4', 20), 24), (REPEAT('e5', 20), 25), (REPEAT('f6', 20), 26),
    (REPEAT('0c', 20), 30), (REPEAT('0d', 20), 31), (REPEAT('0e', 20), 32),
    -- 39 characters and a space: MySQL's padded comparison finds it without the space.
    (CONCAT(REPEAT('b7', 19), 'b '), 27);

SET @one = '<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="A"/><Choice value="B"/></Choices></View>';
SET @many = '<View><Text name="t" value="$text"/>
  <Choices name="mood" toName="t"><Choice value="glad"/><Choice value="sad"/></Choices>
  <Rating name="stars" toName="t"/>
  <Choices name="tone" toName="t"><Choice value="calm"/><Choice value="loud"/></Choices>
  <Choices name="spare" toName="t"><Choice value="yes"/><Choice value="no"/></Choices></View>';

INSERT INTO project (id, title, label_config, control_weights, organization_id, deleted_at) VALUES
    (11, 'One control', @one, NULL, 1, NULL),
    (12, 'Deleted', @one, NULL, 1, '2024-02-01 00:00:00'),
    (13, 'Of another organization', @one, NULL, 2, NULL),
    (14, 'Weights', @many, '{"mood":{"overall":1},"stars":{"overall":3},"tone":{"overall":0}}', 1, NULL),
    (15, 'Nothing counts', @one, '{"c":{"overall":0}}', 1, NULL),
    (16, 'No configuration', NULL, NULL, 1, NULL),
    (17, 'Changing', @many, NULL, 1, NULL),
    (18, 'Broken configuration', '<View><Choices name="c" toName="t">', NULL, 1, NULL);

INSERT INTO task (id, project_id, data) VALUES
    (101, 11, '{}'), (102, 11, '{}'), (103, 11, '{}'), (104, 11, '{}'), (105, 11, '{}'), (106, 11, '{}'),
    (107, 11, '{}'), (108, 11, '{}'), (109, 11, '{}'), (110, 11, '{}'), (113, 11, '{}'), (114, 11, '{}'),
    (115, 11, '{}'), (120, 12, '{}'), (130, 13, '{}'), (141, 14, '{}'), (142, 14, '{}'), (143, 14, '{}'), (144, 14, '{}'),
    (151, 15, '{}'), (161, 16, '{}'), (171, 17, '{}'), (181, 18, '{}');

SET @A = '[{"id":"r","from_name":"c","to_name":"t","type":"choices","value":{"choices":["A"]}}]';
SET @B = '[{"id":"r","from_name":"c","to_name":"t","type":"choices","value":{"choices":["B"]}}]';

-- 101: four annotators, two models, a ground truth written by Cleo.
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, updated_at, result, ground_truth) VALUES
    (1001, 11, 101, 27, '2024-01-01', @A, 0), (1002, 11, 101, 22, '2024-01-02', @B, 0),
    (1003, 11, 101, 21, '2024-01-03', @A, 0), (1004, 11, 101, 23, '2024-01-04', @A, 1);
INSERT INTO prediction (id, project_id, task_id, model_version, updated_at, result) VALUES
    (2001, 11, 101, 'v2', '2024-01-01', @B), (2002, 11, 101, 'v1', '2024-01-02', @A);

-- 102: Ann skipped after she had annotated; Bob only skipped.
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, updated_at, result, was_cancelled) VALUES
    (1011, 11, 102, 21, '2024-01-01', @A, 0), (1012, 11, 102, 21, '2024-01-02', @B, 1),
    (1013, 11, 102, 22, '2024-01-03', @B, 1), (1014, 11, 102, 23, '2024-01-03', @A, 0);

-- 103: the latest counts: by time (Ann: the smaller id), and of equal times by id (Cleo).
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, updated_at, created_at, result) VALUES
    (1021, 11, 103, 21, '2024-01-02 00:00:00.000002', '2024-01-01', @B),
    (1022, 11, 103, 21, '2024-01-02 00:00:00.000001', '2024-01-02', @A),
    (1023, 11, 103, 22, '2024-01-01', '2024-01-01', @B),
    (1024, 11, 103, 23, '2024-01-05', '2024-01-05', @A), (1025, 11, 103, 23, '2024-01-05', '2024-01-05', @B);

-- 104: Bob has nothing but a draft, in Label Studio's own table, which is not one of those that we need.
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, result) VALUES (1031, 11, 104, 21, @A);
CREATE TABLE tasks_annotationdraft (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, result json NOT NULL, lead_time double NULL,
    was_postponed bool NOT NULL DEFAULT 0, import_id bigint NULL, created_at datetime(6) NOT NULL, updated_at datetime(6) NOT NULL,
    annotation_id int NULL, task_id int NULL, user_id int NOT NULL, KEY (task_id), KEY (annotation_id), KEY (user_id));
INSERT INTO tasks_annotationdraft (result, created_at, updated_at, annotation_id, task_id, user_id) VALUES
    (@B, '2024-01-01', '2024-01-09', NULL, 104, 22), (@B, '2024-01-01', '2024-01-09', 1031, 104, 21);

-- 105: three ground truths: the latest is skipped, so the one before it, Cleo's, counts.
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, updated_at, result, was_cancelled, ground_truth) VALUES
    (1041, 11, 105, 21, '2024-01-09', @B, 1, 1), (1042, 11, 105, 22, '2024-01-01', @B, 0, 1),
    (1043, 11, 105, 23, '2024-01-05', @A, 0, 1), (1044, 11, 105, 21, '2024-01-02', @A, 0, 0);

-- 106: Ann's evidence is not the ground truth that she wrote.
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, updated_at, result, ground_truth) VALUES
    (1051, 11, 106, 21, '2024-01-01', @A, 1), (1052, 11, 106, 21, '2024-01-02', @B, 0);

-- 107: versions that differ by case, by a space, and one with the prefix in its name; v1 ran twice.
INSERT INTO prediction (id, project_id, task_id, model_version, updated_at, result) VALUES
    (2061, 11, 107, 'v1', '2024-01-02', @B), (2062, 11, 107, 'v1', '2024-01-01', @A),
    (2063, 11, 107, 'model:v1', '2024-01-01', @A), (2064, 11, 107, 'V1', '2024-01-01', @A),
    (2065, 11, 107, 'v1 ', '2024-01-01', @A), (2066, 11, 107, 'w, "x"', '2024-01-01', @B);

-- 108 has nobody. 109: both sides empty, one side empty.
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, result) VALUES
    (1091, 11, 109, 21, '[]'), (1092, 11, 109, 22, '[]'), (1093, 11, 109, 23, @A);

-- 110: Ann: a list. Bob: no list, so empty. Cleo: NULL, so empty. Gus: the list as a string.
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, result) VALUES
    (1101, 11, 110, 21, @A), (1102, 11, 110, 22, '{"c":"A"}'), (1103, 11, 110, 23, NULL), (1104, 11, 110, 27, JSON_QUOTE(@A));

-- 113: people of every kind; 114: an annotation of nobody; 115: a duplicate item and one without from_name.
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, result) VALUES
    (1131, 11, 113, 21, @A), (1132, 11, 113, 22, @A), (1133, 11, 113, 23, @A), (1134, 11, 113, 24, @A),
    (1137, 11, 113, 27, @A), (1138, 11, 113, 28, @A), (1139, 11, 113, 29, @A), (1142, 11, 113, 32, @A), (1144, 11, 113, 34, @A);
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, result) VALUES
    (1151, 11, 114, 21, @A), (1152, 11, 114, NULL, @A),
    (1161, 11, 115, 21, @A),
    (1162, 11, 115, 22, '[{"from_id":"r","to_id":"s","type":"relation","direction":"right"},{"id":"r","from_name":"c","to_name":"t","type":"choices","value":{"choices":["A"]}},{"id":"r","from_name":"c","to_name":"t","type":"choices","value":{"choices":["B"]}}]');

INSERT INTO task_completion (id, project_id, task_id, completed_by_id, result) VALUES
    (1201, 12, 120, 21, @A), (1202, 12, 120, 22, @A), (1301, 13, 130, 26, @A), (1302, 13, 130, 34, @A),
    (1501, 15, 151, 21, @A), (1502, 15, 151, 22, @A), (1801, 18, 181, 21, @A), (1802, 18, 181, 22, @A);

-- 141: mood equal, 4 stars and 2 stars, another tone. 142: all equal. 143: Bob's stars are no number.
-- 144: a prediction with its stars in a list.
SET @happy4 = '[{"id":"1","from_name":"mood","to_name":"t","type":"choices","value":{"choices":["glad"]}},{"id":"2","from_name":"stars","to_name":"t","type":"rating","value":{"rating":4}},{"id":"3","from_name":"tone","to_name":"t","type":"choices","value":{"choices":["calm"]}},{"id":"4","from_name":"spare","to_name":"t","type":"choices","value":{"choices":["yes"]}}]';
SET @happy2 = '[{"id":"1","from_name":"mood","to_name":"t","type":"choices","value":{"choices":["glad"]}},{"id":"2","from_name":"stars","to_name":"t","type":"rating","value":{"rating":2}},{"id":"3","from_name":"tone","to_name":"t","type":"choices","value":{"choices":["loud"]}},{"id":"4","from_name":"spare","to_name":"t","type":"choices","value":{"choices":["no"]}}]';
INSERT INTO task_completion (id, project_id, task_id, completed_by_id, result) VALUES
    (1411, 14, 141, 21, @happy4), (1412, 14, 141, 22, @happy2), (1421, 14, 142, 21, @happy4), (1422, 14, 142, 22, @happy4),
    (1431, 14, 143, 21, @happy4), (1432, 14, 143, 22, REPLACE(@happy4, '{"rating":4}', '{"rating":"many"}')),
    (1441, 14, 144, 21, @happy4),
    (1611, 16, 161, 21, @happy4), (1612, 16, 161, 22, @happy2),
    (1711, 17, 171, 21, @happy4), (1712, 17, 171, 22, @happy2);
INSERT INTO prediction (id, project_id, task_id, model_version, result) VALUES
    (2441, 14, 144, 'v1', REPLACE(@happy4, '{"rating":4}', '{"rating":[4]}'));
