-- What is written down while a visit is held: who was there, the place's own figures month by month, and the short
-- training with its mini-quiz before and after.
alter table visit_person add column present boolean;

-- A figure of a place in a month. Never about a patient: counts only.
create table indicator_reading (
  facility_id bigint not null references facility on delete cascade,
  -- As the catalogue names it.
  indicator text not null check (indicator <> ''),
  month date not null check (extract(day from month) = 1),
  value integer not null check (value between 0 and 999999),
  visit_id bigint references visit on delete set null,
  -- It was out of proportion, and whoever read it said that it stands.
  doubted boolean not null,
  at timestamptz not null,
  primary key (facility_id, indicator, month)
);

create table training (
  id bigint generated always as identity primary key,
  visit_id bigint not null references visit on delete cascade,
  -- The quiz whose bank the mini-quizzes are drawn from, and the questions of each.
  flow text not null,
  before text[] not null,
  after text[] not null,
  at timestamptz not null,
  ended_at timestamptz
);
create index training_visit on training (visit_id);

create table training_person (
  training_id bigint not null references training on delete cascade,
  person_id bigint not null references person on delete cascade,
  before_attempt bigint,
  after_attempt bigint,
  primary key (training_id, person_id)
);
create index training_person_person on training_person (person_id);
