-- Of somebody without a telephone at hand, whoever leads a session may say that they are there. It is kept apart from what
-- they have said themselves.
alter table group_attendance add noted boolean not null default false;
