-- Groups of CHWs where they talk: which chat is which group of the roster, and who of it is there. The texts of the chat are
-- kept nowhere.

-- A chat of a group; the group itself is the place its CHWs belong to.
create table chw_group (
  address_id bigint primary key references address on delete cascade,
  facility_id bigint not null unique references facility,
  -- Who has set it up: what is to be known of it in private is told to them.
  mentor_id bigint references person on delete set null,
  -- Leads from the chat to the private one, where people say who they are.
  code text not null unique check (code ~ '^[2-9A-Z]{8}$'),
  linked_at timestamptz not null,
  -- The technical areas it reports in.
  report_areas text[] not null default '{}'
);

create table chw_member (
  address_id bigint not null references chw_group on delete cascade,
  person_id bigint not null references person on delete cascade,
  joined_at timestamptz not null,
  left_at timestamptz,
  primary key (address_id, person_id)
);
create index chw_member_person on chw_member (person_id);

-- Cards that are edited and not said again: whether what one shows has changed, and when it was last shown. However much
-- happens meanwhile, it is edited seldom.
create table group_card (
  address_id bigint not null references address on delete cascade,
  name text not null,
  changed boolean not null,
  shown_at timestamptz,
  primary key (address_id, name)
);
create index group_card_changed on group_card (shown_at nulls first) where changed;
