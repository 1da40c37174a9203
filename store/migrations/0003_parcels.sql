-- Records that a run has handed to workers elsewhere, by parcel. A run is done when all of its
-- sources have been read and no parcel is open.
CREATE TABLE parcels (
	run  {int} NOT NULL REFERENCES runs (id),
	id   TEXT NOT NULL,
	done {int} NOT NULL, -- 1 when its results are in
	PRIMARY KEY (run, id)
);
CREATE INDEX parcels_open ON parcels (run) WHERE done = 0;
