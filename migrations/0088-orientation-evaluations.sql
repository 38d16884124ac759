-- Each evaluation of an orientation as it was: the newest stands with the orientation and decides, none is overwritten.
create table orientation_evaluation (
  id bigint generated always as identity primary key,
  orientation_id bigint not null references orientation on delete cascade,
  theory_score smallint not null,
  theory_max smallint not null check (theory_max > 0 and theory_score between 0 and theory_max),
  practical_score smallint not null,
  practical_max smallint not null check (practical_max > 0 and practical_score between 0 and practical_max),
  practical_ok boolean not null,
  bar smallint not null,
  evaluated_by bigint references person on delete set null,
  evaluated_at timestamptz not null
);
create index orientation_evaluation_orientation on orientation_evaluation (orientation_id);
