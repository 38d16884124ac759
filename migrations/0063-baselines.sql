-- What a place has and how it works, item by item, as a visit found it: the first is the place's baseline, and each later
-- one is held against it. Nothing about a person, and no free text.
create table baseline (
  visit_id bigint primary key references visit on delete cascade,
  facility_id bigint not null references facility on delete cascade,
  begun_at timestamptz not null,
  closed_at timestamptz
);
create index baseline_facility on baseline (facility_id, closed_at);

create table baseline_score (
  visit_id bigint not null references baseline on delete cascade,
  -- As the domain names it.
  item text not null check (item <> '' and length(item) <= 60),
  -- 0 not met, 1 in part, 2 met; nothing: could not be seen.
  score smallint check (score between 0 and 2),
  primary key (visit_id, item)
);
