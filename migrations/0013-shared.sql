-- One person at several addresses, and several people at one.

-- A code a person asks for in one chat and sends in another, which is theirs from then on.
create table link_code (
  code text primary key,
  person_id bigint not null references person on delete cascade,
  made_at timestamptz not null,
  used_at timestamptz
);
create index link_code_person on link_code (person_id, made_at);

-- Who uses a telephone that several people share; `address.person_id` is who has it in hand as far as anybody knows.
create table speaker (
  address_id bigint not null references address on delete cascade,
  person_id bigint not null references person on delete cascade,
  primary key (address_id, person_id)
);
create index speaker_person on speaker (person_id);

alter table address
  add shared boolean not null default false,
  -- When somebody last wrote there; kept of shared ones only.
  add spoken_at timestamptz,
  -- It has to be found out who has it in hand before anything is heard or told.
  add asks_who boolean not null default false;

-- Who leaves a shared telephone, by whatever statement, hands it on; the last one has it alone.
create function hand_on_shared() returns trigger language plpgsql as $$
begin
  delete from speaker where person_id = old.id;
  update address a set asks_who = true,
    person_id = (select min(person_id) from speaker p where p.address_id = a.id)
  where a.shared and a.person_id = old.id and exists (select from speaker p where p.address_id = a.id);
  update address a set shared = false, asks_who = false
  where a.shared and (select count(*) from speaker p where p.address_id = a.id) < 2;
  delete from speaker p using address a where a.id = p.address_id and not a.shared;
  return old;
end $$;

create trigger person_hands_on before delete on person for each row execute function hand_on_shared();
