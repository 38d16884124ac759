-- The monthly report of a mentor: its figures come from the records as they stand when it is sent, and stay as sent.
create table monthly_report (
  id bigint generated always as identity primary key,
  mentor_id bigint not null references person on delete cascade,
  month date not null check (extract(day from month) = 1),
  -- Counts by name, and whatever is a list of counts.
  figures json not null,
  reflection text not null default '' check (length(reflection) <= 1000),
  issues text not null default '' check (length(issues) <= 1000),
  requests text not null default '' check (length(requests) <= 1000),
  sent_at timestamptz not null,
  feedback text not null default '' check (length(feedback) <= 1000),
  feedback_by bigint references person on delete set null,
  feedback_at timestamptz,
  unique (mentor_id, month)
);
create index monthly_report_by on monthly_report (feedback_by);
