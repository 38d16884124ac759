-- Which association somebody mentors for, or is mentored by: their programmes are reported apart.
alter table person add column association text check (association in ('RSOG', 'RAM', 'RPA'));
