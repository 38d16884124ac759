-- The roster of the emergency line: who is on call in which night. A night bears the date of its evening and lasts until
-- seven in the morning after. It replaces hours that were entered one night at a time.
create table on_call_night (
  night date not null,
  person_id bigint not null references person on delete cascade,
  primary key (night, person_id)
);
create index on_call_night_person on on_call_night (person_id);
insert into on_call_night (night, person_id) select (until_at - interval '12 hours')::date, person_id from on_call;
drop table on_call;
