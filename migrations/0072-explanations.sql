-- What is looked up beside answered cases before somebody asks: the explanations of quizzes, word by word without accents.
-- Filled from the flows by the service; whatever is here can be made anew.
create table explanation (
  flow text not null,
  version text not null,
  question text not null,
  language text not null,
  ask text not null,
  answer text not null,
  because text not null,
  source text not null,
  search tsvector not null,
  -- How often somebody said that it answered their question.
  helped integer not null default 0,
  primary key (flow, question, language)
);
create index explanation_search on explanation using gin (search);

alter table clinical_case add column helped integer not null default 0;
