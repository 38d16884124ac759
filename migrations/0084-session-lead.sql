-- Whether a group's session was led by somebody validated in its area, or with one beside them.
alter table group_session add validated boolean not null default false;
