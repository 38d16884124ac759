-- How people talk while nobody may travel: a link to a call or a number, as the coordinator has said it.
alter table travel_restriction add call text check (length(call) between 1 and 200);
alter table visit add remote_call text;
