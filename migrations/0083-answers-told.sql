-- Whether somebody has been told what their answer in a group's session came to: who answers late is told at its end.
alter table group_answer add told boolean not null default false;
