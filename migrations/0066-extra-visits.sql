-- A visit beside those of the cadence, added by its mentor: there may be more than one in a period, it takes the place of
-- no planned one, and the rhythm of the others does not follow it.
alter table visit add column extra boolean not null default false;
drop index visit_planned;
create unique index visit_planned on visit (facility_id, stream, area, lead_id, period) where state <> 'cancelled' and not extra;
