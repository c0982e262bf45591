{% macro one_row_per(key, order_by) -%}
    select *
    from (
        {{ caller() }}
    ) as every_row
    qualify row_number() over (partition by {{ key }} order by {{ order_by }}) = 1
{%- endmacro %}
