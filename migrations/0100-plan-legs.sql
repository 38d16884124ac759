-- A competency has two legs, and each may have a plan: what was weak in a test does not put away what a mentor has agreed to
-- practise by hand.
alter table coaching_plan add column leg text not null default 'technique' check (leg in ('technique', 'knowledge'));
update coaching_plan p set leg = 'knowledge' from evidence e where e.id = p.evidence_id and e.kind <> 'observation';
alter table coaching_plan alter column leg drop default;
drop index coaching_plan_now;
create unique index coaching_plan_now on coaching_plan (person_id, competency, leg) where state = 'open';
