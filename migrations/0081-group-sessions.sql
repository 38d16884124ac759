-- Sessions of groups of CHWs, as their mentor leads them in the group's chat: who was there, what was asked, what each has
-- answered. In the chat only totals are shown.
create table group_session (
  id bigint generated always as identity primary key,
  -- The chat it is led in, and the group it is of: that stays, whatever becomes of the chat.
  address_id bigint references chw_group on delete set null,
  facility_id bigint not null references facility,
  mentor_id bigint references person on delete set null,
  part text not null default 'attendance' check (part in ('attendance', 'questions', 'told', 'closed')),
  -- The quiz its questions are of, and the questions by their places in it, in the order in which they are put.
  flow text not null,
  version text not null,
  seed integer not null,
  questions smallint[] not null,
  -- How many of them have been put so far.
  asked smallint not null default 0,
  remote boolean not null,
  supervised boolean not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  -- What the group has agreed on, and when it meets again.
  agreed text,
  next_on date,
  check ((closed_at is not null) = (part = 'closed'))
);
-- One at a time in each group.
create unique index group_session_open on group_session (facility_id) where closed_at is null;
create index group_session_mentor on group_session (mentor_id);
create index group_session_address on group_session (address_id);

create table group_attendance (
  session_id bigint not null references group_session on delete cascade,
  person_id bigint not null references person on delete cascade,
  at timestamptz not null,
  primary key (session_id, person_id)
);
create index group_attendance_person on group_attendance (person_id);

create table group_answer (
  session_id bigint not null references group_session on delete cascade,
  person_id bigint not null references person on delete cascade,
  -- The question's place in the quiz, and the option's in the question.
  question smallint not null,
  option smallint not null,
  correct boolean not null,
  -- Voted for in the chat, or answered in private.
  voted boolean not null,
  answered_at timestamptz not null,
  primary key (session_id, person_id, question)
);
create index group_answer_person on group_answer (person_id);
