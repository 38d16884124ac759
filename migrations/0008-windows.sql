-- Providers that let a person be written to freely only for a while after they wrote, and that tell later what became of
-- a message they had accepted.

-- When they last wrote from there; kept for channels with such a window only.
alter table address add heard_at timestamptz;

-- Why a turn is held until the person writes, in words for people who run the service. It counts as handed meanwhile, so
-- that nobody claims it.
alter table outbox add held text;
create index outbox_held on outbox (channel) where held is not null;

-- What was accepted by a provider that tells later whether it arrived: enough to owe it once more when it did not.
create table receipt (
  channel text not null,
  -- The provider's own name of the message.
  ref text not null,
  address_id bigint not null references address on delete cascade,
  turn integer not null,
  -- Which message of the turn it was, from 0.
  place smallint not null,
  lane smallint not null,
  language text not null,
  says json not null,
  -- Sent by a template, when the person had not written for a while.
  template boolean not null,
  attempts smallint not null,
  state text not null check (state in ('accepted', 'sent', 'delivered', 'read', 'failed')),
  failure text,
  accepted_at timestamptz not null,
  state_at timestamptz not null,
  primary key (channel, ref)
);
create index receipt_age on receipt (accepted_at);
create index receipt_address on receipt (address_id);
