-- Dates are YYYYMMDD, 0 when unknown; times are milliseconds since 1970 in UTC; levels, clauses
-- and states are the numbers of their Go constants.

CREATE TABLE sources (
	id   {id},
	name TEXT NOT NULL UNIQUE
);

-- What documents were checked with.
CREATE TABLE rulesets (
	id       {id},
	name     TEXT NOT NULL UNIQUE, -- a hash of what follows
	tool     TEXT NOT NULL,
	rules    TEXT NOT NULL,        -- hash of rules and options, lexicons left out
	lexicons TEXT NOT NULL         -- hashes, separated by commas
);

-- The entries of a lexicon, kept so that a later version can be compared with it.
CREATE TABLE lexicons (
	hash    TEXT PRIMARY KEY,
	name    TEXT NOT NULL,
	content {blob} NOT NULL
);

CREATE TABLE runs (
	id         {id},
	kind       TEXT NOT NULL,
	plan       TEXT NOT NULL, -- identifies what is run; an unfinished run of the same plan is resumed
	state      {int} NOT NULL,
	command    TEXT NOT NULL,
	ruleset    {int} NOT NULL REFERENCES rulesets (id),
	started    {int} NOT NULL,
	ended      {int} NOT NULL,
	documents  {int} NOT NULL,
	checked    {int} NOT NULL,
	unchanged  {int} NOT NULL,
	untouched  {int} NOT NULL,
	failed     {int} NOT NULL,
	bytes      {int} NOT NULL,
	characters {int} NOT NULL,
	errors     {int} NOT NULL,
	warnings   {int} NOT NULL,
	infos      {int} NOT NULL,
	appeared   {int} NOT NULL,
	fixed      {int} NOT NULL,
	weighted   {real} NOT NULL,
	extra      TEXT NOT NULL
);
CREATE INDEX runs_plan ON runs (plan);

CREATE TABLE cursors (
	run    {int} NOT NULL REFERENCES runs (id),
	source {int} NOT NULL REFERENCES sources (id),
	cursor TEXT NOT NULL,
	done   {int} NOT NULL,
	PRIMARY KEY (run, source)
);

CREATE TABLE documents (
	id          {id},
	source      {int} NOT NULL REFERENCES sources (id),
	key         TEXT NOT NULL,
	url         TEXT NOT NULL,
	title       TEXT NOT NULL,
	date        {int} NOT NULL,
	column_path TEXT NOT NULL,
	unit        TEXT NOT NULL,
	format      TEXT NOT NULL,
	hash        {blob} NOT NULL, -- of content and of what else the check depends on
	stamp       TEXT NOT NULL,   -- tells without reading that the content is the same; '' when the source cannot
	bytes       {int} NOT NULL,
	characters  {int} NOT NULL,
	weighted    {real} NOT NULL,
	ruleset     {int} NOT NULL,  -- 0: never checked
	first_run   {int} NOT NULL,
	checked_run {int} NOT NULL,
	error       TEXT NOT NULL,
	UNIQUE (source, key)
);
CREATE INDEX documents_failed ON documents (source) WHERE error <> '';

-- What tells whether a word can occur in a document.
CREATE TABLE sketches (
	document {int} PRIMARY KEY REFERENCES documents (id),
	bits     {blob} NOT NULL
);

CREATE TABLE findings (
	document    {int} NOT NULL REFERENCES documents (id),
	fingerprint TEXT NOT NULL,
	rule        TEXT NOT NULL,
	level       {int} NOT NULL,
	clause      {int} NOT NULL,
	pack        TEXT NOT NULL,
	text        TEXT NOT NULL,
	before      TEXT NOT NULL,
	after       TEXT NOT NULL,
	message     TEXT NOT NULL,
	standard    TEXT NOT NULL,
	suggest     TEXT NOT NULL, -- JSON array of texts
	confidence  {real} NOT NULL,
	hidden      {int} NOT NULL,
	start_byte  {int} NOT NULL,
	end_byte    {int} NOT NULL,
	line        {int} NOT NULL,
	col         {int} NOT NULL,
	state       {int} NOT NULL,
	present     {int} NOT NULL, -- the last check of the document found it
	first_run   {int} NOT NULL,
	last_run    {int} NOT NULL,
	revision    {int} NOT NULL,
	changed     {int} NOT NULL,
	unit        TEXT NOT NULL,
	remark      TEXT NOT NULL,
	UNIQUE (document, fingerprint)
);
CREATE INDEX findings_first_run ON findings (first_run);

CREATE TABLE history (
	id          {id},
	document    {int} NOT NULL,
	fingerprint TEXT NOT NULL,
	at          {int} NOT NULL,
	run         {int} NOT NULL, -- 0: set by a person
	actor       TEXT NOT NULL,
	from_state  {int} NOT NULL, -- -1: the finding is new
	to_state    {int} NOT NULL,
	unit        TEXT NOT NULL,
	remark      TEXT NOT NULL
);
CREATE INDEX history_finding ON history (document, fingerprint);
