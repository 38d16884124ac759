-- Answered cases and explanations are found by the stems of their words: whoever asks about bleeding finds "bleeds". English
-- and French have stemmers in PostgreSQL; of Kinyarwanda and Kiswahili words are compared as they are.
create function words_of(language text) returns regconfig immutable parallel safe
  return case language when 'en' then 'english'::regconfig when 'fr' then 'french'::regconfig else 'simple'::regconfig end;
-- Where a word stands in its text is not kept, and nothing asks for it.
update clinical_case set search = to_tsvector(words_of(language), array_to_string(tsvector_to_array(search), ' '))
  where search is not null;
update explanation set search = to_tsvector(words_of(language), array_to_string(tsvector_to_array(search), ' '));
