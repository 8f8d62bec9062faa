BEGIN TRANSACTION;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE setting (
	"key" TEXT NOT NULL, 
	value TEXT, 
	CONSTRAINT pk_setting PRIMARY KEY ("key")
);
INSERT INTO "setting" VALUES('language','"ko"');
CREATE TABLE trust (
	workflow_id TEXT NOT NULL, 
	path TEXT NOT NULL, 
	capability_hash TEXT NOT NULL, 
	capabilities TEXT NOT NULL, 
	granted DOUBLE NOT NULL, 
	CONSTRAINT pk_trust PRIMARY KEY (workflow_id, path)
);
INSERT INTO "trust" VALUES('6f0c9a52-8f2e-4a6e-9d57-0c1f0a5b7d11','/home/ann/triage/triage.weft','abababababababababababababababababababababababababababababababab','["host:localhost:8080"]',1763618400.0);
CREATE TABLE workflow (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	path TEXT NOT NULL, 
	status TEXT NOT NULL, 
	created DOUBLE NOT NULL, 
	updated DOUBLE NOT NULL, 
	CONSTRAINT pk_workflow PRIMARY KEY (id)
);
INSERT INTO "workflow" VALUES('6f0c9a52-8f2e-4a6e-9d57-0c1f0a5b7d11','티켓 분류','/home/ann/triage/triage.weft','draft',1763618400.0,1763618400.0);
CREATE TABLE workflow_version (
	hash TEXT NOT NULL, 
	workflow_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	text TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	created DOUBLE NOT NULL, 
	CONSTRAINT pk_workflow_version PRIMARY KEY (hash), 
	CONSTRAINT fk_workflow_version_workflow_id FOREIGN KEY(workflow_id) REFERENCES workflow (id) ON DELETE CASCADE
);
INSERT INTO "workflow_version" VALUES('e0167a1ea1c581b4b72714e3fb5db05e7e646470531f60f6ba42b9c96bca5485','6f0c9a52-8f2e-4a6e-9d57-0c1f0a5b7d11','티켓 분류','schema_version: 1
id: 6f0c9a52-8f2e-4a6e-9d57-0c1f0a5b7d11
name: 티켓 분류
','/home/ann/triage',1763618400.0);
CREATE INDEX ix_workflow_path ON workflow (path);
CREATE INDEX ix_workflow_updated ON workflow (updated);
CREATE INDEX ix_workflow_version_workflow_id_created ON workflow_version (workflow_id, created);
COMMIT;
