select 1 as secret
