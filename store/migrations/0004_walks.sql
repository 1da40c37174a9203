-- How far a run has come in a source that has no order of its own, such as a live site. Both are
-- emptied when the source has been read.

-- The addresses that a walk has come upon.
CREATE TABLE frontier (
	run     {int} NOT NULL REFERENCES runs (id),
	source  {int} NOT NULL REFERENCES sources (id),
	hash    {blob} NOT NULL, -- of the address, which may be too long for an index
	address TEXT NOT NULL,
	depth   {int} NOT NULL,
	visited {int} NOT NULL,  -- 1 when what is there has been committed
	PRIMARY KEY (source, run, hash)
);

-- What whoever reads the source wants to be told of again.
CREATE TABLE notes (
	id     {id},
	run    {int} NOT NULL REFERENCES runs (id),
	source {int} NOT NULL REFERENCES sources (id),
	note   {blob} NOT NULL
);
CREATE INDEX notes_source ON notes (source, run);
