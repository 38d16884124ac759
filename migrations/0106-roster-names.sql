-- A name can be corrected in the chat. What the roster called somebody before is kept beside it: the same roster, read
-- once more, must not bring the mistake back. Null where nobody has corrected anything.
alter table person add column roster_name text check (roster_name <> '');
