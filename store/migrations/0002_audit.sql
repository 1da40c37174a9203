-- What the service answered, and what people decided in spite of it.
CREATE TABLE audit (
	id           {id},
	name         TEXT NOT NULL UNIQUE, -- of the entry
	checked      TEXT NOT NULL,        -- name of the check: its own, or of the one that was overridden
	kind         TEXT NOT NULL,        -- check, override
	at           {int} NOT NULL,
	token        TEXT NOT NULL,        -- name of the token, "" without one
	person       TEXT NOT NULL,        -- as the caller says
	policy       TEXT NOT NULL,
	channel      TEXT NOT NULL,
	document     TEXT NOT NULL,        -- the caller's id of the draft
	url          TEXT NOT NULL,
	hash         TEXT NOT NULL,        -- SHA-256 of the draft
	verdict      TEXT NOT NULL,        -- pass, warn, block
	errors       {int} NOT NULL,
	warnings     {int} NOT NULL,
	infos        {int} NOT NULL,
	characters   {int} NOT NULL,
	error_rate   {real} NOT NULL,
	fingerprints TEXT NOT NULL,        -- of the findings, separated by spaces
	tool         TEXT NOT NULL,
	rules        TEXT NOT NULL,
	lexicons     TEXT NOT NULL,        -- hashes, separated by commas
	reason       TEXT NOT NULL
);
CREATE INDEX audit_checked ON audit (checked);

-- Drafts, of those checks only whose callers asked for it.
CREATE TABLE audit_contents (
	checked TEXT PRIMARY KEY,
	format  TEXT NOT NULL,
	content {blob} NOT NULL
);
