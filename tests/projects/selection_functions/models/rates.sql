select 0.25 as rate
