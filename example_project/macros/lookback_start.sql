{% macro lookback_start(column) -%}
    (
        select {{ dbt.dateadd('day', -var('lookback_days'), 'max(' ~ column ~ ')') | trim }}
        from {{ this }}
    )
{%- endmacro %}
