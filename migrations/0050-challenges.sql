-- What stands in the way at a place (no staff, something out of stock, broken equipment, no transport), who is to see to
-- it now, and what came of it; and near-misses as counts. Nothing here is about a patient: texts are screened before.
create table challenge (
  id bigint generated always as identity primary key,
  facility_id bigint not null references facility on delete cascade,
  kind text not null check (kind in ('staff', 'stock_out', 'equipment', 'transport', 'other')),
  -- What is missing: one of the programme's supplies by name, or in words.
  item text not null check (item <> '' and length(item) <= 120),
  note text not null default '' check (length(note) <= 1000),
  tier text not null check (tier in ('facility', 'district', 'national')),
  state text not null default 'open' check (state in ('open', 'resolved')),
  raised_at timestamptz not null,
  -- Since when it is with this tier, and when those who can resolve it there were told; null until they may be written to.
  tier_since timestamptz not null,
  told_at timestamptz,
  resolved_at timestamptz,
  resolved_by bigint references person on delete set null,
  resolution text not null default '' check (length(resolution) <= 1000),
  check ((state = 'resolved') = (resolved_at is not null))
);
-- The same thing missing at the same place is one challenge, however many say so.
create unique index challenge_open on challenge (facility_id, kind, lower(item)) where state = 'open';
create index challenge_facility on challenge (facility_id, raised_at);

-- Everybody who has raised it: they are told when it is resolved.
create table challenge_voice (
  challenge_id bigint not null references challenge on delete cascade,
  person_id bigint not null references person on delete cascade,
  at timestamptz not null,
  primary key (challenge_id, person_id)
);
create index challenge_voice_person on challenge_voice (person_id);

-- How many near-misses of a category were identified and managed; never whose.
create table near_miss (
  id bigint generated always as identity primary key,
  facility_id bigint not null references facility on delete cascade,
  category text not null check (category in ('pph_shock', 'ectopic', 'uterine_rupture', 'caesarean_sepsis', 'abortion_sepsis', 'eclampsia', 'other')),
  -- What was counted by: the programme's list, or WHO's signs of organ dysfunction. The two are never added up.
  definition text not null check (definition in ('programme', 'who')),
  cases smallint not null check (cases between 1 and 50),
  lesson text not null default '' check (length(lesson) <= 1000),
  noted_by bigint references person on delete set null,
  noted_at timestamptz not null
);
create index near_miss_facility on near_miss (facility_id, noted_at);
create index near_miss_by on near_miss (noted_by);
