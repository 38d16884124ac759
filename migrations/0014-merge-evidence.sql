-- Evidence is added, never changed; but when two records of one person become one, it is about the one that stays. Only
-- adopt_rows() may do that, and only for as long as it runs.

create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  if current_setting('preceptor.merging', true) = 'on' then
    return new;
  end if;
  raise exception 'evidence is added, never changed';
end $$;

create or replace function adopt_rows(keep bigint, gone bigint) returns table (relation text, dropped bigint)
language plpgsql as $$
declare
  place record;
  row_at tid;
begin
  perform set_config('preceptor.merging', 'on', true);
  for place in select p.relation "table", p.attribute from people_columns() p order by 1, 2 loop
    dropped := 0;
    begin
      execute format('update %s set %I = $1 where %I = $2', place."table", place.attribute, place.attribute) using keep, gone;
    -- Somebody cannot mentor themselves: a row that comes to that gives way, too.
    exception when unique_violation or check_violation then
      for row_at in execute format('select ctid from %s where %I = $1', place."table", place.attribute) using gone loop
        begin
          execute format('update %s set %I = $1 where ctid = $2', place."table", place.attribute) using keep, row_at;
        exception when unique_violation or check_violation then
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
  perform set_config('preceptor.merging', 'off', true);
end $$;
