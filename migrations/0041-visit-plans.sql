-- When a mentor had their brief and a mentee their agenda of a visit; and the link by which somebody's own visits stand
-- in the calendar of their telephone: kept as a hash, one a person, good for a while, gone when they say so.
alter table visit_person add column briefed_at timestamptz;

create table calendar_link (
  person_id bigint primary key references person on delete cascade,
  secret_hash text not null unique check (length(secret_hash) = 64),
  made_at timestamptz not null,
  until_at timestamptz not null
);
