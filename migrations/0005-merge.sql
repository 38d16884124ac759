-- Two records of one person become one. Whatever points at the record that goes is made to point at the one that stays,
-- in every table there is: one that is added later needs no change here. Where a table lets each person have one row only
-- and both have one, the one who stays keeps theirs; how many rows were dropped is told. Tables that deserve better are
-- put right before (src/store/merge-people.ts).

create function people_columns() returns table (relation regclass, attribute name)
language sql stable as $$
  select c.conrelid::regclass, a.attname
  from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
  where c.contype = 'f' and c.confrelid = 'person'::regclass
  union
  -- Tables that take a row with every message carry no foreign keys.
  select t.oid::regclass, a.attname
  from pg_class t join pg_attribute a on a.attrelid = t.oid
  where t.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attname = 'person_id'
    and t.relnamespace = (select relnamespace from pg_class where oid = 'person'::regclass)
$$;

create function adopt_rows(keep bigint, gone bigint) returns table (relation text, dropped bigint)
language plpgsql as $$
declare
  place record;
  row_at tid;
begin
  for place in select p.relation "table", p.attribute from people_columns() p order by 1, 2 loop
    dropped := 0;
    begin
      execute format('update %s set %I = $1 where %I = $2', place."table", place.attribute, place.attribute) using keep, gone;
    exception when unique_violation then
      for row_at in execute format('select ctid from %s where %I = $1', place."table", place.attribute) using gone loop
        begin
          execute format('update %s set %I = $1 where ctid = $2', place."table", place.attribute) using keep, row_at;
        exception when unique_violation then
          execute format('delete from %s where ctid = $1', place."table") using row_at;
          dropped := dropped + 1;
        end;
      end loop;
    end;
    if dropped > 0 then
      relation := place."table"::text;
      return next;
    end if;
  end loop;
end $$;
