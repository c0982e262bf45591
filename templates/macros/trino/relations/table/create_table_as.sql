{# There are no temporary tables. #}
{% macro trino__create_table_as(temporary, relation, sql) -%}
  {{ config.get('sql_header', none) or '' }}
  {% if config.get('contract').enforced and not temporary %}
  {{ create_and_fill_table(relation, sql) }}
  {% else %}
  create table {{ relation.render() }}
  {{ 'with (' ~ _trino_properties(config.get('properties')) ~ ')' if config.get('properties') and not temporary }}
  as (
    {{ sql }}
  )
  {% endif %}
{%- endmacro %}
