-- The coaching plan: for one competency of one mentee what comes next, how, by when, and up to which percentage. It is
-- made from what was weakest, its mentor changes it, and it is met by evidence. An old plan is kept beside the new one.
create table coaching_plan (
  id bigint generated always as identity primary key,
  person_id bigint not null references person on delete cascade,
  competency text not null check (competency <> ''),
  -- The evidence it was made from.
  evidence_id bigint not null,
  -- What to work on, the most important first: texts in several languages.
  items json not null,
  how text not null check (how in ('manikin', 'together', 'watched', 'quiz', 'reading')),
  due_at timestamptz not null,
  target smallint not null check (target between 1 and 100),
  state text not null default 'open' check (state in ('open', 'met', 'replaced')),
  made_at timestamptz not null,
  -- The mentor who has read it and made it theirs.
  agreed_by bigint references person on delete set null,
  agreed_at timestamptz,
  closed_at timestamptz,
  check ((state = 'open') = (closed_at is null))
);
create unique index coaching_plan_now on coaching_plan (person_id, competency) where state = 'open';
create index coaching_plan_person on coaching_plan (person_id);

-- Two records of one person may become one: whose evidence it is follows them, what it says stays.
drop trigger evidence_stands on evidence;
create trigger evidence_stands before update on evidence for each row
  when ((old.id, old.competency, old.kind, old.source, old.facility_id, old.score, old.max, old.bar, old.critical_missed,
         old.technique_ok, old.complete, old.passed, old.stage, old.round, old.at)
    is distinct from
        (new.id, new.competency, new.kind, new.source, new.facility_id, new.score, new.max, new.bar, new.critical_missed,
         new.technique_ok, new.complete, new.passed, new.stage, new.round, new.at))
  execute function refuse_change();
