-- Pictures and documents that go out: a picture of somebody's progress, a certificate. What is owed names the file, the
-- channel fetches its bytes when it sends, and the browser chat when they are looked at. A file belongs to the person
-- it was made for and goes with them; nobody else may open it. One that is for nobody in particular, such as a picture
-- for a group, belongs to no person.
create table file (
  id bigint generated always as identity primary key,
  person_id bigint references person on delete cascade,
  name text not null check (name <> ''),
  mime text not null,
  -- Asked for twice, the same picture is kept once.
  sha256 bytea not null check (length(sha256) = 32),
  -- Largest taken by every channel: WhatsApp takes pictures up to 5 MB.
  content bytea not null check (length(content) between 1 and 5 * 1024 * 1024),
  created_at timestamptz not null default now(),
  unique (person_id, sha256)
);
-- A picture is compressed already.
alter table file alter column content set storage external;
create index file_age on file (created_at);
