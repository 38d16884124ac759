-- A second observer's sheet stays one when the first throws theirs away: it is for the observers, moves no record and is
-- nobody's feedback. `with_id` is empty then, so it is noted apart. Of what was recorded without leave nobody can tell any more.
alter table observation add column second boolean not null default false;
update observation set second = true
  where with_id is not null or (not counts and (recorded_at is null or consent <> 'emergency'));
alter table observation
  add check (second or with_id is null),
  add check (not (second and counts));
