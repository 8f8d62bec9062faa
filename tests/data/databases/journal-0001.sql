BEGIN TRANSACTION;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE approval (
	run_id TEXT NOT NULL, 
	address TEXT NOT NULL, 
	question TEXT NOT NULL, 
	status TEXT NOT NULL, 
	answer TEXT, 
	comment TEXT NOT NULL, 
	asked DOUBLE NOT NULL, 
	answered DOUBLE, 
	answered_by TEXT NOT NULL, 
	CONSTRAINT pk_approval PRIMARY KEY (run_id, address)
);
INSERT INTO "approval" VALUES('6ndkcw2a4tzqsm3e','approve_replies','{"text":"Send 3 replies?"}','waiting',NULL,'',1763618405.0,NULL,'');
CREATE TABLE attempt (
	run_id TEXT NOT NULL, 
	address TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	started DOUBLE NOT NULL, 
	ended DOUBLE NOT NULL, 
	error TEXT, 
	CONSTRAINT pk_attempt PRIMARY KEY (run_id, address, number)
);
INSERT INTO "attempt" VALUES('6ndkcw2a4tzqsm3e','sort_tickets',1,1763618401.0,1763618402.0,'{"code":"model.rate-limit","text":"The server is busy."}');
CREATE TABLE log (
	id INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	address TEXT NOT NULL, 
	at DOUBLE NOT NULL, 
	level TEXT NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_log PRIMARY KEY (id)
);
INSERT INTO "log" VALUES(1,'6ndkcw2a4tzqsm3e','sort_tickets',1763618402.5,'warning','Tried again after 1 s.');
CREATE TABLE run (
	id TEXT NOT NULL, 
	workflow_id TEXT NOT NULL, 
	workflow TEXT NOT NULL, 
	version TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	input TEXT NOT NULL, 
	status TEXT NOT NULL, 
	started DOUBLE NOT NULL, 
	ended DOUBLE, 
	outputs TEXT NOT NULL, 
	error TEXT, 
	parent TEXT NOT NULL, 
	"trigger" TEXT NOT NULL, 
	CONSTRAINT pk_run PRIMARY KEY (id)
);
INSERT INTO "run" VALUES('6ndkcw2a4tzqsm3e','6f0c9a52-8f2e-4a6e-9d57-0c1f0a5b7d11','티켓 분류','9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e','/home/ann/triage','{"tickets":"tickets.csv"}','waiting',1763618400.25,NULL,'{}',NULL,'','manual');
CREATE TABLE step (
	seq INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	path TEXT NOT NULL, 
	node TEXT NOT NULL, 
	status TEXT NOT NULL, 
	ports TEXT NOT NULL, 
	error TEXT, 
	started DOUBLE NOT NULL, 
	ended DOUBLE NOT NULL, 
	attempt INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	inputs TEXT NOT NULL, 
	usage TEXT NOT NULL, 
	kept BOOLEAN NOT NULL, 
	CONSTRAINT pk_step PRIMARY KEY (seq), 
	CONSTRAINT uq_step_run_id_path_node UNIQUE (run_id, path, node)
);
INSERT INTO "step" VALUES(1,'6ndkcw2a4tzqsm3e','','read_tickets','succeeded','{"out":[{"subject":"로그인이 안 돼요"}]}',NULL,1763618400.3,1763618400.9,1,1,'{}','{}',0);
INSERT INTO "step" VALUES(2,'6ndkcw2a4tzqsm3e','each[0]/','sort_tickets','succeeded','{"out":{"category":"login"}}',NULL,1763618401.0,1763618404.0,2,1,'{"items":{"from":"read_tickets","seq":1}}','{"tokens_in":120,"tokens_out":9}',0);
INSERT INTO "step" VALUES(3,'6ndkcw2a4tzqsm3e','','urgent','skipped','{}',NULL,0.0,0.0,1,1,'{}','{}',0);
CREATE INDEX ix_run_workflow_id_started ON run (workflow_id, started);
CREATE INDEX ix_run_started ON run (started);
CREATE INDEX ix_approval_status ON approval (status);
CREATE INDEX ix_log_run_id_id ON log (run_id, id);
COMMIT;
