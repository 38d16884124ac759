-- One for each validation. Whoever has its code may see name, competency, date and place, and whether a refresher is
-- due; nothing else leads from it to a person.
create table certificate (
  id bigint generated always as identity primary key,
  person_id bigint not null references person on delete cascade,
  competency text not null check (competency <> ''),
  -- Sixty bits of chance: nobody finds one by trying.
  code text not null unique check (code ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  -- Where they worked on the day.
  facility text not null default '',
  issued_at timestamptz not null
);
create index certificate_person on certificate (person_id, competency);
