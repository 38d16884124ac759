-- Where a message cannot be edited, or no longer, a card is said anew: an answer to the one before is an answer all the same.
alter table notice add column earlier text[] not null default '{}';
