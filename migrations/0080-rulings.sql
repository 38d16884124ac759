-- A question may be withdrawn, or its key corrected, after people were scored by it. What they were told then stays as it
-- was; what it comes to now stands beside it, a row for each time, and the newest counts.
create table rescore (
  id bigint generated always as identity primary key,
  attempt_id bigint not null references attempt on delete cascade,
  at timestamptz not null,
  -- What had been decided by then, all of it: each question, withdrawn or with the letter that is right.
  rulings json not null,
  score smallint not null check (score between 0 and max),
  max smallint not null check (max > 0),
  critical_missed smallint not null check (critical_missed >= 0),
  passed boolean not null,
  -- When its person was told; each once.
  told_at timestamptz
);
create index rescore_attempt on rescore (attempt_id, id);
create index rescore_untold on rescore (attempt_id) where told_at is null;

-- A post-test judged anew is new evidence; the old stays. The same test may be judged anew more than once.
alter table evidence drop constraint evidence_kind_check;
alter table evidence add constraint evidence_kind_check
  check (kind in ('pre_test', 'observation', 'post_test', 'coached', 'rescored'));
alter table evidence drop constraint evidence_kind_source_key;
create unique index evidence_kind_source_key on evidence (kind, source) where kind <> 'rescored';
