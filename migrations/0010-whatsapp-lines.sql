-- The programme's numbers on WhatsApp Web: which is in use, which are spares, how each is, and what is to be scanned to
-- pair one. The link itself lies in DATA_DIR: it is what a browser keeps of a page, and it is as good as the telephone.
create table whatsapp_line (
  -- Also the name of its folder.
  name text primary key check (name ~ '^[a-z][a-z0-9-]{0,30}$'),
  -- The one that messages go out and come in by.
  active boolean not null default false,
  phase text not null default 'unpaired',
  detail text,
  -- When the process that holds the numbers last wrote.
  at timestamptz,
  -- Until when somebody wants to pair a telephone; without, no QR code is made.
  pairing_until timestamptz,
  -- To be scanned now. It is void after a minute, and removed as soon as it is scanned.
  qr text,
  linked_at timestamptz,
  -- Up to when everything that came in is stored; what came later is read again after an outage.
  heard_until timestamptz,
  -- What it sent on its last day, by the programme's date: a new number may write little.
  sent_on text not null default '',
  sent integer not null default 0,
  -- The last thing that ended its browser, in the code's own words.
  trouble text,
  trouble_at timestamptz
);
create unique index whatsapp_line_active on whatsapp_line (active) where active;
insert into whatsapp_line (name, active) values ('main', true);
