-- The spine: who writes to us, what they are being asked, what they have answered, what we owe them.
--
-- Four tables take a row or an update with every message: received_message, session, answer, outbox. They are kept
-- narrow, and the three that grow carry no foreign keys: a key check locks the row it points at, which writes it, and
-- that alone costs more than the insert. What they point at is not deleted while they stand.

create table facility (
  id bigint generated always as identity primary key,
  name text not null check (name <> ''),
  district text not null default '',
  unique (name, district)
);

-- A person with no role is a stranger: somebody who has written and is not on the roster.
create table person (
  id bigint generated always as identity primary key,
  name text not null default '',
  phone text unique check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  language text not null default 'en' check (language in ('en', 'fr', 'rw', 'sw')),
  role text,
  cadre text,
  facility_id bigint references facility,
  invite_code text check (invite_code <> ''),
  -- A code lets one person in once; `npm run preceptor -- people invite` makes it good again.
  invite_used_at timestamptz,
  joined_at timestamptz,
  stopped_at timestamptz,
  -- When they want to hear from us: an hour of their day, and days as bits (1 Monday … 64 Sunday).
  reminder_hour smallint not null default 17 check (reminder_hour between 0 and 23),
  reminder_days smallint not null default 127 check (reminder_days between 1 and 127),
  leave_until timestamptz,
  -- When they last got a message they had not asked for: at most one a day.
  unsolicited_at timestamptz,
  created_at timestamptz not null default now()
);

-- People type codes on phones: capitals do not matter.
create unique index person_invite_code on person (lower(invite_code));

create table address (
  id bigint generated always as identity primary key,
  channel text not null,
  -- The channel's own opaque id of the person; a telephone number only where the channel has nothing else.
  external_id text not null,
  person_id bigint not null references person on delete cascade,
  unreachable_at timestamptz,
  codes_tried smallint not null default 0,
  codes_tried_at timestamptz,
  created_at timestamptz not null default now(),
  unique (channel, external_id)
);
create index address_person on address (person_id);

-- What a person agreed to or refused, when, and in which words.
create table consent (
  id bigint generated always as identity primary key,
  person_id bigint not null references person on delete cascade,
  given boolean not null,
  language text not null,
  flow_version text not null,
  at timestamptz not null
);

create index consent_person on consent (person_id);

create table access_request (
  id bigint generated always as identity primary key,
  address_id bigint not null unique references address on delete cascade,
  name text not null,
  facility text not null,
  at timestamptz not null,
  answered_at timestamptz
);

create table flow_version (
  version text primary key,
  flow text not null,
  -- As the author wrote it, so that a later service can still run it.
  content json not null,
  first_used_at timestamptz not null default now()
);

-- Seen by (channel, message_id): the same message never counts twice. It keeps no text.
create table received_message (
  channel text not null,
  message_id text not null,
  received_at timestamptz not null default now(),
  primary key (channel, message_id)
);
create index received_message_age on received_message (received_at);

-- One conversation a person, whatever the channel. Updated in place with every message: room is left on each page so
-- that the new version stays beside the old one and no index is touched.
create table session (
  person_id bigint primary key references person on delete cascade,
  turn integer not null default 0,
  state json not null default '{"asked":0,"stack":[]}',
  -- Where they last wrote, which is where they are answered.
  address_id bigint,
  heard_at timestamptz
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

create table attempt (
  id bigint primary key,
  person_id bigint not null references person on delete cascade,
  flow text not null,
  version text not null,
  competency text not null,
  purpose text not null check (purpose in ('pre_test', 'practice', 'post_test', 'refresher')),
  language text not null,
  seed integer not null,
  max smallint not null check (max > 0),
  -- The bar and the verdict stand with the score: moving the bar later does not rewrite history.
  pass_percent smallint not null check (pass_percent between 1 and 100),
  started_at timestamptz not null,
  finished_at timestamptz,
  score smallint check (score between 0 and max),
  critical_missed smallint,
  passed boolean,
  -- Where to go on, while the person is doing something else.
  left_frame json,
  check ((finished_at is null) = (score is null) and (score is null) = (passed is null)),
  check (passed is null or passed = (100 * score >= pass_percent * max and critical_missed = 0))
);
create index attempt_person on attempt (person_id, flow, started_at);
create sequence attempt_id_seq;

create table answer (
  attempt_id bigint not null,
  ordinal smallint not null,
  -- 1, and one more for each correction; the highest counts, all are kept.
  attempt_try smallint not null,
  question text not null,
  option text not null,
  correct boolean not null,
  took_ms integer not null,
  language text not null,
  answered_at timestamptz not null,
  primary key (attempt_id, ordinal, attempt_try)
);

-- Questions a person has missed and should see again (ts-fsrs), until they know them.
create table review_card (
  person_id bigint not null references person on delete cascade,
  flow text not null,
  question text not null,
  due_at timestamptz not null,
  card json not null,
  right_in_a_row smallint not null default 0,
  retired_at timestamptz,
  primary key (person_id, flow, question)
);
create index review_card_due on review_card (person_id, due_at) where retired_at is null;

-- What is due. The queue is only the alarm clock: lose it, and everything still stands here.
create table follow_up (
  id bigint generated always as identity primary key,
  kind text not null,
  key text not null unique,
  person_id bigint not null references person on delete cascade,
  subject bigint,
  due_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'stale', 'failed')),
  attempts smallint not null default 0,
  settled_at timestamptz
);
create index follow_up_due on follow_up (due_at) where state = 'waiting';
create index follow_up_failed on follow_up (id) where state = 'failed';
create index follow_up_settled on follow_up (settled_at) where state in ('done', 'stale');
create index follow_up_person on follow_up (person_id);

-- What we owe: one row a turn, in order for each address. It says what to say, not the words.
create table outbox (
  address_id bigint not null,
  turn integer not null,
  channel text not null,
  -- Rows are spread over shards by address; a shard has one deliverer at a time (see lease).
  shard smallint not null,
  -- 0 a reply, 1 a message nobody waits for.
  lane smallint not null,
  language text not null,
  says json not null,
  created_at timestamptz not null,
  -- True while a deliverer has it in hand.
  handed boolean not null,
  bubbles_sent smallint not null default 0,
  attempts smallint not null default 0,
  failed_at timestamptz,
  failure text,
  primary key (address_id, turn)
) with (autovacuum_vacuum_scale_factor = 0.02);
create index outbox_waiting on outbox (channel, lane, created_at, turn) where not handed and failed_at is null;
create index outbox_failed on outbox (failed_at) where failed_at is not null;

create table failed_message (
  id bigint generated always as identity primary key,
  channel text not null,
  message_id text not null,
  person_id bigint,
  -- What went wrong in the program, never what the person wrote.
  error text not null,
  at timestamptz not null,
  unique (channel, message_id)
);

-- One owner at a time, and only for a while: a process that dies hands over by silence.
create table lease (
  name text primary key,
  owner text not null,
  until timestamptz not null
);

create table setting (
  name text primary key,
  value json not null
);

-- The browser chat's letter box: what the service has said there.
create table web_bubble (
  id bigint generated always as identity primary key,
  external_id text not null,
  at timestamptz not null,
  bubble json not null
);
create index web_bubble_external on web_bubble (external_id, id);
create index web_bubble_age on web_bubble (at);

-- Who did what to whom, written in the deed's own transaction.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  deed text not null,
  subject text not null
);
create index audit_subject on audit (subject, at);
