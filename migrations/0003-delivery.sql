-- What an operator sees of each channel: what went out and what failed on a day, and how it is.

create table delivery_day (
  channel text not null,
  -- The start of the programme's local day.
  day timestamptz not null,
  sent integer not null default 0,
  failed integer not null default 0,
  primary key (channel, day)
);

-- Written every few seconds by the process that delivers the channel; an old one says that none does.
create table channel_report (
  channel text primary key,
  phase text not null,
  detail text,
  -- The last thing that went wrong with a send; it stays until the next does.
  error text,
  error_at timestamptz,
  at timestamptz not null
);
