{{ config(contract={'enforced': true}) }}
select 1::int as id, 'x'::varchar as label, 2::bigint as extra
