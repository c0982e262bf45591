{{ config(materialized='table') }}
select id, amount, '{{ env_var("UNIT_LABEL", "none") }}' as label, {{ today() }} as today from {{ ref('eph') }}
