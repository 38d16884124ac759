-- What observers see: one row for each checklist scored, by one observer, of one mentee. Nothing of a patient is in it but
-- that somebody agreed; without that there is no row.
create table observation (
  id bigint generated always as identity primary key,
  mentee_id bigint not null references person on delete cascade,
  -- Who leaves the programme is no longer named; what they saw stays.
  observer_id bigint references person on delete set null,
  flow text not null,
  -- The very words it was scored by.
  version text not null,
  competency text not null,
  setting text not null check (setting in ('patient', 'manikin', 'chart', 'remote')),
  -- Who agreed: the patient, whoever answers for them, either of them afterwards; `emergency`: nobody could be asked,
  -- so that it may teach and does not count; `not_needed`: no patient took part.
  consent text not null check (consent in ('patient', 'guardian', 'afterwards', 'emergency', 'not_needed')),
  -- One letter an item, in the order of that version; `.` where there is no mark yet.
  marks text not null check (marks ~ '^[dpnao.]+$'),
  well text not null default '' check (length(well) <= 2000),
  next text not null default '' check (length(next) <= 2000),
  -- The observer's own judgement, and why when a critical step speaks against it.
  technique_ok boolean,
  because text not null default '' check (length(because) <= 2000),
  begun_at timestamptz not null,
  recorded_at timestamptz,
  score smallint check (score between 0 and max),
  max smallint,
  critical_missed smallint,
  complete boolean,
  passed boolean,
  -- Whether it is evidence: not what only teaches, nor what a second observer rated.
  counts boolean not null default true,
  read_at timestamptz,
  -- The same session seen by two: the second's row names the first's, and how far they agree.
  with_id bigint references observation on delete cascade check (with_id <> id),
  agreed_items smallint,
  agreed_same smallint check (agreed_same between 0 and agreed_items),
  kappa double precision check (kappa between -1 and 1),
  check ((setting in ('manikin', 'chart')) <= (consent = 'not_needed')),
  check ((recorded_at is null) = (technique_ok is null)),
  check ((recorded_at is null) = (score is null)),
  check (recorded_at is null or position('.' in marks) = 0),
  -- Nobody's case is told without their leave.
  check (consent <> 'emergency' or recorded_at is null or (well = '' and next = '' and because = '' and not counts)),
  check (with_id is null or not counts)
);
create index observation_mentee on observation (mentee_id, begun_at);
create index observation_observer on observation (observer_id, begun_at);
create index observation_with on observation (with_id) where with_id is not null;
