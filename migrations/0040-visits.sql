-- Visits of mentors: planned by the programme's cadences, confirmed, moved or cancelled, held and closed; who belongs to
-- each and whether they come; what was done of it, what was agreed, and who does what until when.
create table visit (
  id bigint generated always as identity primary key,
  facility_id bigint not null references facility,
  -- Who leads the team; whoever leaves the programme is no longer named.
  lead_id bigint references person on delete set null,
  stream text not null check (stream in ('association', 'district', 'health_post', 'community')),
  -- A technical area of the catalogue; empty: all of them.
  area text not null default '',
  -- The month or quarter it was planned for, by its first day: each is planned once.
  period date not null check (extract(day from period) = 1),
  -- Local days of the programme.
  starts_on date not null,
  days smallint not null check (days between 1 and 5),
  state text not null default 'proposed' check (state in ('proposed', 'confirmed', 'cancelled', 'begun', 'closed')),
  -- Where it stood before it was moved; it is confirmed all the same.
  moved_from date,
  -- One more with each change of day or state: whoever decides on what they have not seen is told first.
  edition integer not null default 1,
  -- Held from far away, such as while nobody may travel, and why.
  remote boolean not null default false,
  remote_because text check (length(remote_because) <= 500),
  -- Why it was moved or cancelled.
  because text check (length(because) <= 500),
  planned_at timestamptz not null,
  begun_at timestamptz,
  closed_at timestamptz,
  check (remote or remote_because is null),
  check ((state = 'closed') <= (begun_at is not null and closed_at is not null))
);
create unique index visit_planned on visit (facility_id, stream, area, lead_id, period) where state <> 'cancelled';
create index visit_lead on visit (lead_id, starts_on);
create index visit_day on visit (starts_on) where state in ('proposed', 'confirmed');

-- Who belongs to it: the mentors of the team, their mentees there, and who manages the place.
create table visit_person (
  visit_id bigint not null references visit on delete cascade,
  person_id bigint not null references person on delete cascade,
  part text not null check (part in ('mentor', 'mentee', 'manager')),
  answer text check (answer in ('coming', 'not_coming', 'other_day')),
  answered_at timestamptz,
  -- What they were told last: the day, nothing when it was cancelled, and whether anything was said at all.
  told_on date,
  told_remote boolean,
  told_at timestamptz,
  primary key (visit_id, person_id)
);
create index visit_person_person on visit_person (person_id);

-- What was done of it, in its order; what was left out says why.
create table visit_step (
  visit_id bigint not null references visit on delete cascade,
  step text not null check (step in ('entry', 'data', 'training', 'observation', 'round', 'debrief', 'actions')),
  outcome text not null check (outcome in ('done', 'skipped')),
  because text check (length(because) <= 500),
  at timestamptz not null,
  primary key (visit_id, step),
  check ((outcome = 'skipped') = (because is not null))
);

-- What was agreed and found, in words that were screened before.
create table visit_note (
  id bigint generated always as identity primary key,
  visit_id bigint not null references visit on delete cascade,
  kind text not null check (kind in ('objective', 'data_gap', 'round', 'strength', 'gap')),
  text text not null check (length(text) between 1 and 1000),
  at timestamptz not null
);
create index visit_note_visit on visit_note (visit_id, id);

-- What somebody promised to do at a place, and by when; agreed at a visit or elsewhere.
create table action (
  id bigint generated always as identity primary key,
  facility_id bigint not null references facility,
  visit_id bigint references visit on delete set null,
  owner_id bigint references person on delete set null,
  text text not null check (length(text) between 1 and 500),
  due_on date not null,
  state text not null default 'open' check (state in ('open', 'done', 'dropped')),
  agreed_at timestamptz not null,
  settled_at timestamptz,
  check ((state = 'open') = (settled_at is null))
);
create index action_open on action (facility_id, due_on) where state = 'open';
create index action_owner on action (owner_id) where state = 'open';
create index action_visit on action (visit_id);

-- Days that do not suit a place: weekdays as bits (1 Monday … 16 Friday), and days on which it is busy.
alter table facility add column visit_days smallint not null default 31 check (visit_days between 1 and 31);
create table facility_busy (
  facility_id bigint not null references facility on delete cascade,
  from_day date not null,
  until_day date not null check (until_day >= from_day),
  primary key (facility_id, from_day)
);
