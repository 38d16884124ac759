-- Each month or week that a group reports has a row of its own. One clock a chat lost the end of the month under way when
-- nobody might travel any more, and groups turned to weeks.
create table report_period (
  id bigint generated always as identity primary key,
  facility_id bigint not null references facility,
  every text not null check (every in ('month', 'week')),
  -- The first day of the month or week.
  period date not null,
  -- Since when its cards are asked for; a period that nobody was asked for is not closed before anybody.
  asked_at timestamptz,
  -- All that was to be done about it up to here is done.
  done_until timestamptz not null,
  closed_at timestamptz,
  unique (facility_id, every, period)
);
-- The clocks of before are set anew, by the period, within minutes of the start.
update follow_up set state = 'stale', settled_at = now() where kind = 'report_clock' and state = 'waiting';
