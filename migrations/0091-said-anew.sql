-- A group that lets the service in again, or moves into another chat, sees its cards anew, at the end of its talk: what was
-- shown before is edited no more. What is known of the group moves with it.
alter table notice alter column ref drop not null;
alter table chw_member drop constraint chw_member_address_id_fkey,
  add foreign key (address_id) references chw_group on delete cascade on update cascade;
alter table group_session drop constraint group_session_address_id_fkey,
  add foreign key (address_id) references chw_group on delete set null on update cascade;
