-- Up Migration
-- Bundles of several stages: each stage has a plan and blocks of its own, and a block's output has the form of its
-- stage's task. Boxes and outlines as rows that a viewer can ask for by place.

ALTER TABLE tasks ADD COLUMN stage integer NOT NULL DEFAULT 0 CHECK (stage >= 0);
ALTER TABLE tasks RENAME COLUMN predictions TO output;
ALTER TABLE tasks DROP CONSTRAINT tasks_analysis_id_kind_block_index_key;
-- One finish, and of each stage one plan and one of each block, whatever goes wrong.
ALTER TABLE tasks ADD CONSTRAINT tasks_once UNIQUE NULLS NOT DISTINCT (analysis_id, stage, kind, block_index);

ALTER TABLE plans ADD COLUMN stage integer NOT NULL DEFAULT 0 CHECK (stage >= 0);
ALTER TABLE plans DROP CONSTRAINT plans_pkey;
ALTER TABLE plans ADD PRIMARY KEY (analysis_id, stage);

-- What the score is: the highest probability, a Banff grade, or nothing.
ALTER TABLE scores ADD COLUMN meaning text NOT NULL DEFAULT 'highest-probability';
ALTER TABLE scores ALTER COLUMN meaning DROP DEFAULT;

-- A polygon with holes: its rings one after another, x and y alternating, level-0 pixels, and how many corners each has.
ALTER TABLE segments DROP COLUMN ring_l0;
ALTER TABLE segments ADD COLUMN area_um2 double precision NOT NULL;
ALTER TABLE segments ADD COLUMN ring_corners integer[] NOT NULL;
ALTER TABLE segments ADD COLUMN points_l0 double precision[] NOT NULL;
ALTER TABLE segments ADD COLUMN box_l0 box NOT NULL;
CREATE INDEX segments_by_place ON segments USING gist (box_l0);
