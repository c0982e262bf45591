{% macro cents_to_amount(cents) -%}
    cast({{ cents }} / 100 as decimal(12, 2))
{%- endmacro %}
