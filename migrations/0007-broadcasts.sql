-- One text to many people. Each is owed it by a row of the outbox like any other, in a lane of its own behind everything
-- else: `turn` is the broadcast's number below zero, so that nobody can be owed the same broadcast twice, and no
-- conversation has to be locked while tens of thousands of rows are prepared.

create table broadcast (
  id integer generated always as identity primary key,
  -- The words, by language.
  text json not null,
  -- Whom it was for: role, cadre, district, facility; none: everybody.
  audience json not null,
  created_at timestamptz not null,
  -- How many people it was prepared for, and how many of them will not get it since it was stopped or removed.
  people integer not null default 0,
  dropped integer not null default 0,
  stopped_at timestamptz
);

create index outbox_broadcast on outbox (turn) where lane = 2;
