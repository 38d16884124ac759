-- People and places: what lies where, who does what there from when to when, who mentors whom; and for each person and
-- competency how far they have come, with the evidence it rests on.
--
-- Nothing here is rewritten: a duty and a pairing are ended and a new one begun, evidence is added and never changed.
-- competency_record is what the evidence comes to, kept so that it need not be worked out anew.

alter table facility
  add column level text check (level in
    ('national', 'province', 'district', 'district_hospital', 'health_centre', 'health_post', 'village_chw_group')),
  add column parent_id bigint references facility check (parent_id <> id),
  -- What the health ministry calls it.
  add column code text unique check (code <> '');
create index facility_parent on facility (parent_id);

create table duty (
  id bigint generated always as identity primary key,
  person_id bigint not null references person on delete cascade,
  role text not null check (role <> ''),
  facility_id bigint references facility,
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at >= starts_at),
  ended_because text check (ended_because in ('rotated', 'transferred', 'left', 'replaced', 'changed')),
  check ((ends_at is null) = (ended_because is null))
);
create unique index duty_now on duty (person_id, role, coalesce(facility_id, 0)) where ends_at is null;
create index duty_person on duty (person_id, starts_at);
create index duty_place on duty (facility_id, role) where ends_at is null;

insert into duty (person_id, role, facility_id, starts_at)
  select id, role, facility_id, created_at from person where role is not null;

create table pairing (
  id bigint generated always as identity primary key,
  mentor_id bigint not null references person on delete cascade,
  mentee_id bigint not null references person on delete cascade,
  -- A technical area of the catalogue; empty: all of them.
  area text not null default '',
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at >= starts_at),
  ended_because text check (ended_because in ('rotated', 'transferred', 'left', 'replaced', 'changed')),
  check (mentor_id <> mentee_id),
  check ((ends_at is null) = (ended_because is null))
);
create unique index pairing_now on pairing (mentor_id, mentee_id, area) where ends_at is null;
create index pairing_mentee on pairing (mentee_id, starts_at);

-- Paused on leave, transferred until somebody mentors them at the new place, left: of the person, whatever the competency.
alter table person
  add column standing text not null default 'active'
    check (standing in ('active', 'paused', 'transferred', 'left')),
  add column standing_since timestamptz;

create table competency_record (
  person_id bigint not null references person on delete cascade,
  competency text not null check (competency <> ''),
  stage text not null default 'enrolled' check (stage in
    ('enrolled', 'pre_tested', 'baseline_scored', 'coaching', 'reassessed', 'post_test', 'validated')),
  -- How often they have been coached.
  round smallint not null default 0 check (round >= 0),
  -- The two legs of a validation: the evidence each rests on, since when, and since when it is in doubt.
  technique_evidence bigint,
  technique_at timestamptz,
  technique_doubted_at timestamptz,
  knowledge_evidence bigint,
  knowledge_at timestamptz,
  knowledge_doubted_at timestamptz,
  validated_at timestamptz,
  -- The first checklist score there is.
  baseline_evidence bigint,
  changed_at timestamptz not null,
  primary key (person_id, competency),
  check ((technique_evidence is null) = (technique_at is null)),
  check ((knowledge_evidence is null) = (knowledge_at is null)),
  -- Nobody is validated on one leg, whatever a program does.
  check ((stage = 'validated') = (validated_at is not null)),
  check (stage <> 'validated' or (technique_evidence is not null and knowledge_evidence is not null))
);

create table evidence (
  id bigint generated always as identity primary key,
  person_id bigint not null references person on delete cascade,
  competency text not null,
  kind text not null check (kind in ('pre_test', 'observation', 'post_test', 'coached')),
  -- The attempt of a test, the observation of a checklist; nothing for coaching.
  source bigint,
  -- Who observed or coached; a test is nobody's.
  observer_id bigint references person on delete set null,
  -- Where the person worked when it happened.
  facility_id bigint references facility,
  score smallint check (score between 0 and max),
  max smallint check (max >= 0),
  -- The bar stands with the score: moving it later does not rewrite history.
  bar smallint check (bar between 1 and 100),
  critical_missed smallint check (critical_missed >= 0),
  -- Performed properly, in the observer's judgement.
  technique_ok boolean,
  -- Enough of the checklist was seen for a verdict.
  complete boolean,
  -- What it came to: the test passed, the technique proper.
  passed boolean,
  -- The stage it led to.
  stage text not null,
  round smallint not null,
  at timestamptz not null,
  unique (kind, source)
);
create index evidence_person on evidence (person_id, competency, at);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'evidence is added, never changed';
end $$;
-- Only that somebody who observed is no longer in the programme may be noted: their name goes, what they saw stays.
create trigger evidence_stands before update on evidence for each row
  when ((old.id, old.person_id, old.competency, old.kind, old.source, old.facility_id, old.score, old.max, old.bar, old.critical_missed,
         old.technique_ok, old.complete, old.passed, old.stage, old.round, old.at)
    is distinct from
        (new.id, new.person_id, new.competency, new.kind, new.source, new.facility_id, new.score, new.max, new.bar, new.critical_missed,
         new.technique_ok, new.complete, new.passed, new.stage, new.round, new.at))
  execute function refuse_change();

-- How somebody becomes a mentor. Nobody mentors before they are admitted; those whom the roster brings as mentors were
-- oriented before this service knew them.
create table orientation (
  id bigint generated always as identity primary key,
  person_id bigint not null references person on delete cascade,
  role text not null check (role in
    ('association_mentor', 'district_based_mentor', 'health_centre_mentor', 'community_mentor')),
  basis text not null check (basis in ('roster', 'programme')),
  state text not null check (state in ('proposed', 'agreed', 'admitted', 'not_yet', 'declined')),
  proposed_by bigint references person on delete set null,
  proposed_at timestamptz not null,
  available_at timestamptz,
  -- Their manager frees them for it.
  agreed_by bigint references person on delete set null,
  agreed_at timestamptz,
  topics text[] not null default '{}',
  theory_score smallint check (theory_score between 0 and theory_max),
  theory_max smallint check (theory_max > 0),
  bar smallint check (bar between 1 and 100),
  practical_ok boolean,
  evaluated_by bigint references person on delete set null,
  settled_at timestamptz,
  check (state <> 'admitted' or basis = 'roster'
    or (available_at is not null and agreed_at is not null and cardinality(topics) > 0
        and 100 * theory_score >= bar * theory_max and practical_ok))
);
create unique index orientation_now on orientation (person_id) where state in ('proposed', 'agreed', 'admitted');

insert into orientation (person_id, role, basis, state, proposed_at, settled_at)
  select id, role, 'roster', 'admitted', created_at, created_at from person
  where role in ('association_mentor', 'district_based_mentor', 'health_centre_mentor', 'community_mentor');
