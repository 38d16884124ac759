-- Chats of many. What is owed to a group goes through the same outbox, in the same order for each chat, so a group has an
-- address of its own that belongs to nobody.

alter table address
  alter person_id drop not null,
  -- The group's name, as its members see it; null where the address is a person's.
  add group_name text,
  -- Replies to a person are numbered by their conversation; a group has none, so its replies are numbered here.
  add group_turn integer not null default 0,
  add constraint address_of_somebody check ((person_id is null) = (group_name is not null));

-- Our own messages that are known again: to be edited, to be answered, or to know which poll a vote belongs to.
create table notice (
  address_id bigint not null references address on delete cascade,
  -- A name within its chat, such as `session:12`.
  name text not null,
  ref text not null,
  poll text,
  at timestamptz not null,
  primary key (address_id, name)
);
create index notice_poll on notice (poll) where poll is not null;
create index notice_age on notice (at);
