-- How often an observer met a patient who said no, or could not ask: a count for their monthly report. Nothing of a patient, a
-- mentee or a place, and no hour of the day, so that it leads back to nobody.
create table refusal (
  id bigint generated always as identity primary key,
  observer_id bigint not null references person on delete cascade,
  met_on date not null
);
create index refusal_observer on refusal (observer_id, met_on);
