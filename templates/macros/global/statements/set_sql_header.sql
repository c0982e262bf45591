{# Keeps the text of its `call` block as the statements that go before the model's own. #}
{% macro set_sql_header(config) -%}
  {{ config.set('sql_header', caller()) }}
{%- endmacro %}
