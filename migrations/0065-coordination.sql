-- The meeting that coordinates a district once a quarter: its day, who leads it, and, among the actions, what it decided.
create table meeting (
  id bigint generated always as identity primary key,
  -- The district.
  facility_id bigint not null references facility on delete cascade,
  -- The quarter that is looked back on, by its first day.
  quarter date not null check (extract(day from quarter) = 1),
  held_on date not null,
  -- Grows with each change, so that a calendar knows the newer one.
  edition integer not null default 0,
  leader_id bigint references person on delete set null,
  closed_at timestamptz
);
create unique index meeting_quarter on meeting (facility_id, quarter);
create index meeting_leader on meeting (leader_id);

alter table action add column meeting_id bigint references meeting on delete set null;
create index action_meeting on action (meeting_id) where meeting_id is not null;
