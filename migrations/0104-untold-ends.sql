-- A session that ended while nothing could be written in its chat: the group is told of its end when it can be again.
alter table group_session add untold boolean not null default false;
