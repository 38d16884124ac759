-- Rows come in the order of their age and are looked up by it once a day. A summary of each stretch of pages finds the old
-- ones as well, and costs the busiest statement nothing: the index was a third of what noting a message as seen did.
drop index received_message_age;
create index received_message_age on received_message using brin (received_at) with (autosummarize = on);
