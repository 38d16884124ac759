-- Pictures, voice notes and documents in difficult cases, and which of our messages is about which thing.

-- What somebody has sent into a case and ticked that nobody can be recognised in. Until it is fetched it lies with its
-- provider, and only its name there is kept; what is kept then has lost all that stands in a file beside what is seen or
-- heard. A voice is its speaker's: it goes with them.
create table case_media (
  id bigint generated always as identity primary key,
  case_id bigint not null references clinical_case on delete cascade,
  author_id bigint not null references person on delete cascade,
  part text not null check (part in ('asker', 'mentor', 'second')),
  kind text not null check (kind in ('image', 'audio', 'document')),
  channel text not null,
  -- The provider's name of it; empty once it is fetched or given up.
  ref text not null,
  mime text not null,
  -- What stands under it, screened.
  caption text not null default '' check (length(caption) <= 2000),
  state text not null default 'agreed' check (state in ('agreed', 'kept', 'lost')),
  agreed_at timestamptz not null,
  attempts smallint not null default 0,
  -- Fetched again from here on.
  fetch_at timestamptz not null,
  content bytea check (length(content) between 1 and 5 * 1024 * 1024),
  check ((state = 'kept') = (content is not null)),
  check (state = 'agreed' or ref = '')
);
alter table case_media alter column content set storage external;
create index case_media_waiting on case_media (channel, fetch_at) where state = 'agreed';
create index case_media_case on case_media (case_id);
create index case_media_author on case_media (author_id);

alter table case_entry add column media_id bigint references case_media on delete set null;
create index case_entry_media on case_entry (media_id) where media_id is not null;

-- Our messages that are about one thing, by their provider's name: whoever answers one speaks of that thing.
create table topic (
  address_id bigint not null references address on delete cascade,
  ref text not null,
  -- The dialogue that opens about it, and its number there.
  flow text not null,
  subject bigint not null,
  at timestamptz not null,
  primary key (address_id, ref)
);
create index topic_age on topic (at);
create index topic_subject on topic (flow, subject);

-- A second opinion that was given: from then on they hear what is said in the case.
alter table case_offer drop constraint case_offer_answer_check;
alter table case_offer add constraint case_offer_answer_check
  check (answer in ('claimed', 'passed', 'not_mine', 'late', 'spoken'));
