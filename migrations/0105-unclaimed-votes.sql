-- What somebody has voted in a session, or tapped to be there, before they have said who they are. It is theirs from the moment
-- they do, and gone when the session ends.
create table unclaimed_vote (
  session_id bigint not null references group_session on delete cascade,
  channel text not null,
  -- Who they are on the channel: the address they will say it from.
  sender text not null,
  -- As in group_answer; nothing where they have only said that they are there.
  question smallint,
  option smallint,
  correct boolean,
  at timestamptz not null
);
create unique index unclaimed_vote_once on unclaimed_vote (session_id, channel, sender, coalesce(question, -1));
create index unclaimed_vote_sender on unclaimed_vote (channel, sender);
