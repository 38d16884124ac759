-- Joint supervision of a hospital once a quarter, by the programme's tool: each domain scored, with a comment; what is
-- agreed stands in action; those who were there sign that they have read it.
create table supervision (
  id bigint generated always as identity primary key,
  facility_id bigint not null references facility on delete cascade,
  supervisor_id bigint references person on delete set null,
  quarter date not null check (extract(day from quarter) = 1),
  begun_at timestamptz not null,
  closed_at timestamptz
);
create unique index supervision_quarter on supervision (facility_id, quarter);
create index supervision_by on supervision (supervisor_id);

create table supervision_score (
  supervision_id bigint not null references supervision on delete cascade,
  domain text not null check (domain in ('actions', 'plan', 'file', 'at_work', 'interview', 'data', 'readiness',
    'guidelines', 'improvement', 'management', 'challenges')),
  -- 0 not met, 1 in part, 2 met; nothing: could not be seen.
  score smallint check (score between 0 and 2),
  comment text not null default '' check (length(comment) <= 600),
  primary key (supervision_id, domain)
);

create table supervision_signature (
  supervision_id bigint not null references supervision on delete cascade,
  person_id bigint not null references person on delete cascade,
  at timestamptz not null,
  primary key (supervision_id, person_id)
);
create index supervision_signature_person on supervision_signature (person_id);

alter table action add column supervision_id bigint references supervision on delete set null;
create index action_supervision on action (supervision_id) where supervision_id is not null;
