-- Difficult cases: what a mentee asks between visits, screened before it is kept, who was asked, and what came of it.
-- Nothing here names a patient. Texts go after a while (see retention); what is left are figures.
create table clinical_case (
  id bigint generated always as identity primary key,
  asker_id bigint references person on delete set null,
  -- A technical area of the catalogue; empty: none in particular.
  area text not null default '',
  cadre text,
  language text not null check (language in ('en', 'fr', 'rw', 'sw')),
  urgency text not null check (urgency in ('emergency', 'today', 'advice')),
  -- The emergency sign that was chosen, such as bleeding.
  sign text,
  state text not null default 'waiting' check (state in ('waiting', 'claimed', 'answered', 'resolved')),
  tier text not null default 'own' check (tier in ('own', 'second', 'master', 'supervisor')),
  mentor_id bigint references person on delete set null,
  opened_at timestamptz not null,
  claimed_at timestamptz,
  answered_at timestamptz,
  resolved_at timestamptz,
  recommendation text,
  -- When the asker is asked whether it was applied, and what they said.
  check_at timestamptz,
  applied text check (applied in ('yes', 'partly', 'no')),
  useful text check (useful in ('yes', 'partly', 'no')),
  -- Hidden from everybody: a mentor has said that it could tell who the patient is.
  hidden_at timestamptz,
  -- What is looked up before somebody asks: words without accents, of answered cases alone.
  search tsvector,
  reduced_at timestamptz,
  check ((state = 'resolved') = (resolved_at is not null))
);
create index clinical_case_asker on clinical_case (asker_id, opened_at);
create index clinical_case_open on clinical_case (mentor_id) where state in ('claimed', 'answered');
create index clinical_case_waiting on clinical_case (opened_at) where state = 'waiting';
create index clinical_case_search on clinical_case using gin (search) where search is not null;
create index clinical_case_resolved on clinical_case (resolved_at) where resolved_at is not null and reduced_at is null;

-- Whom it was offered to, in order, and what they said.
create table case_offer (
  case_id bigint not null references clinical_case on delete cascade,
  person_id bigint not null references person on delete cascade,
  tier text not null check (tier in ('own', 'second', 'master', 'supervisor')),
  offered_at timestamptz not null,
  answer text check (answer in ('claimed', 'passed', 'not_mine', 'late')),
  answered_at timestamptz,
  -- Asked for a second opinion: they may read and write, and do not have the case.
  second boolean not null default false,
  primary key (case_id, person_id)
);
create index case_offer_person on case_offer (person_id) where answer is null;

-- The thread. Every text has gone through the screen.
create table case_entry (
  id bigint generated always as identity primary key,
  case_id bigint not null references clinical_case on delete cascade,
  author_id bigint references person on delete set null,
  part text not null check (part in ('asker', 'mentor', 'second')),
  -- Which question of the form it answers; none for what is said later.
  field text check (field in ('group', 'age', 'findings', 'done', 'question')),
  text text not null check (length(text) <= 2000),
  at timestamptz not null
);
create index case_entry_case on case_entry (case_id, id);
create index case_entry_author on case_entry (author_id);

-- Who is on call, from when to when.
create table on_call (
  person_id bigint primary key references person on delete cascade,
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at)
);

-- Whom to call there when somebody may die.
alter table facility add column emergency_phone text check (emergency_phone ~ '^[+0-9 ]{3,20}$');
