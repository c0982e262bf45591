{{ config(schema=env_var('STATE_PLACE', 'dev')) }} select 1 as id
