-- Lessons made of resolved cases: a question with its answers, approved by a second mentor, that goes to the colleagues
-- of the same cadre, and once as the case of the week. Written anew by the mentor and screened: nothing of the patient.
create table lesson (
  id bigint generated always as identity primary key,
  case_id bigint references clinical_case on delete set null,
  author_id bigint references person on delete set null,
  approver_id bigint references person on delete set null,
  area text not null,
  -- Whom it goes to; none: everybody who is mentored.
  cadre text,
  language text not null check (language in ('en', 'fr', 'rw', 'sw')),
  question text not null,
  -- The first is the right one.
  options text[] not null,
  explanation text not null,
  -- Two things to take away.
  points text[] not null,
  -- The mentor's name where they want it to be told.
  credit text,
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'declined', 'withdrawn')),
  proposed_at timestamptz not null,
  decided_at timestamptz,
  -- The noon at which it is the case of the week: one a week.
  featured_at timestamptz unique,
  check (state = 'withdrawn' or (length(question) between 1 and 1200 and cardinality(options) = 3 and cardinality(points) = 2)),
  check (author_id is distinct from approver_id or author_id is null)
);
-- One of each case.
create unique index lesson_case on lesson (case_id) where state in ('proposed', 'approved');
create index lesson_author on lesson (author_id);
create index lesson_approver on lesson (approver_id);

create table lesson_answer (
  lesson_id bigint not null references lesson on delete cascade,
  person_id bigint not null references person on delete cascade,
  -- After how many days it was asked: 3, 10, 30.
  day smallint not null,
  option smallint not null,
  correct boolean not null,
  answered_at timestamptz not null,
  primary key (lesson_id, person_id, day)
);
create index lesson_answer_person on lesson_answer (person_id);
