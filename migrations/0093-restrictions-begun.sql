-- A restriction may be declared for a later day: when it had begun, and its groups turned to weekly reports, is kept.
alter table travel_restriction add begun_at timestamptz;
update travel_restriction set begun_at = declared_at;
