-- How a mentor is selected, in full: on what ground, by which criteria, and how well they did in the evaluation at the
-- end, so that the best are admitted. Health centres that have been upgraded are reported with the hospitals. What
-- nobody waits for is kept until the quiet hours are over.

-- Mentored by the associations like a hospital, and counted with hospitals in table 1.
alter table facility add column upgraded boolean not null default false
  check (not upgraded or level is not distinct from 'health_centre');

alter table orientation
  -- Validated here; trained and a peer mentor before; a community and environmental health officer.
  add column ground text check (ground in ('validated', 'peer', 'ceho')),
  -- What a supervisor has confirmed of them.
  add column criteria text[] not null default '{}',
  add column practical_score smallint check (practical_score between 0 and practical_max),
  add column practical_max smallint check (practical_max > 0);

-- What somebody is told in the morning of what was done at night.
create table held_tell (
  id bigint generated always as identity primary key,
  person_id bigint not null references person on delete cascade,
  says json not null,
  -- The dialogue that opens with it.
  open json,
  at timestamptz not null
);
create index held_tell_person on held_tell (person_id);
