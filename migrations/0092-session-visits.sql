-- A session of a group is the visit that was planned for it: it begins and ends with the session.
alter table group_session add visit_id bigint references visit on delete set null;
create index group_session_visit on group_session (visit_id);
