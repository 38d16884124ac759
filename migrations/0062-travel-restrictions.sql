-- While nobody may travel in a district: from when until when and why, who has said so, and when it was lifted.
create table travel_restriction (
  id bigint generated always as identity primary key,
  facility_id bigint not null references facility,
  -- Local days of the programme; without an end it holds until it is lifted.
  from_on date not null,
  until_on date check (until_on >= from_on),
  because text not null check (length(because) between 1 and 300),
  declared_by bigint references person on delete set null,
  declared_at timestamptz not null,
  lifted_at timestamptz
);
create unique index travel_restriction_open on travel_restriction (facility_id) where lifted_at is null;
