-- Improvement projects of a place: what is wrong, what is to be reached by which indicator, why it is so, what is tried,
-- and the figures on the way. Who promised what stands in action, which is reminded of and goes up when it is late.
create table project (
  id bigint generated always as identity primary key,
  facility_id bigint not null references facility on delete cascade,
  problem text not null check (length(problem) between 1 and 500),
  aim text not null check (length(aim) between 1 and 500),
  indicator text not null check (length(indicator) between 1 and 160),
  -- A share of cases in percent, or a number of them.
  unit text not null check (unit in ('percent', 'number')),
  target integer not null check (target >= 0),
  method text not null check (method in ('whys', 'fishbone')),
  status text not null default 'planned' check (status in ('planned', 'testing', 'adopted', 'adapted', 'abandoned', 'sustained')),
  opened_by bigint references person on delete set null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  check ((status in ('abandoned', 'sustained')) = (closed_at is not null))
);
create index project_facility on project (facility_id, opened_at);
create index project_by on project (opened_by);

-- Causes, ideas, and what was planned, done, studied and acted on: in words that were screened.
create table project_note (
  id bigint generated always as identity primary key,
  project_id bigint not null references project on delete cascade,
  kind text not null check (kind in ('cause', 'idea', 'plan', 'do', 'study', 'act')),
  -- Of a cause found by fishbone: the bone it lies on.
  branch text check (branch in ('people', 'process', 'supplies', 'environment', 'management', 'community')),
  text text not null check (length(text) between 1 and 500),
  author_id bigint references person on delete set null,
  at timestamptz not null
);
create index project_note_project on project_note (project_id, id);
create index project_note_author on project_note (author_id);

-- The indicator over time: so many, of so many where it is a share. The first is the baseline.
create table project_point (
  id bigint generated always as identity primary key,
  project_id bigint not null references project on delete cascade,
  cases integer not null check (cases between 0 and 999999),
  all_cases integer check (all_cases between 1 and 999999 and cases <= all_cases),
  entered_by bigint references person on delete set null,
  at timestamptz not null
);
create index project_point_project on project_point (project_id, id);
create index project_point_by on project_point (entered_by);

alter table action add column project_id bigint references project on delete set null;
-- Who agreed it with the owner, and hears when it is late; how often the owner has asked for more time.
alter table action add column agreed_by bigint references person on delete set null;
alter table action add column postponed smallint not null default 0;
create index action_project on action (project_id);
create index action_by on action (agreed_by);
