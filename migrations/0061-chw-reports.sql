-- What CHWs report of a month or a week, each for themselves: counts, never a person. A corrected report keeps what it said
-- before.
create table chw_report (
  id bigint generated always as identity primary key,
  person_id bigint not null references person on delete cascade,
  -- Where they worked when they reported: it stays that group's.
  facility_id bigint not null references facility,
  area text not null,
  every text not null check (every in ('month', 'week')),
  -- The first day of the month or week.
  period date not null,
  -- What they have confirmed, as counts by item, and what they have said since and not confirmed.
  items jsonb,
  draft jsonb,
  -- What was not understood of the last line.
  unclear text[] not null default '{}',
  heard_at timestamptz not null,
  -- Heard in a group and not yet read back in private.
  unread boolean not null default false,
  confirmed_at timestamptz,
  unique (person_id, area, every, period),
  check ((items is null) = (confirmed_at is null)),
  check (items is not null or draft is not null)
);
create index chw_report_place on chw_report (facility_id, area, every, period);
create index chw_report_unread on chw_report (heard_at) where unread;

-- What a report said before it was corrected, and when that had been confirmed.
create table chw_report_before (
  report_id bigint not null references chw_report on delete cascade,
  confirmed_at timestamptz not null,
  items jsonb not null,
  corrected_at timestamptz not null,
  primary key (report_id, corrected_at)
);

-- Replies in a group are led back to the card they answer.
create index notice_ref on notice (address_id, ref);
