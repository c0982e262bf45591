{# Creates a seed's table with inferred types, or those of `column_types`; answers the statement. #}
{% macro create_csv_table(model, agate_table) -%}
  {% do return(adapter.dispatch('create_csv_table', 'dbt')(model, agate_table)) %}
{%- endmacro %}

{% macro default__create_csv_table(model, agate_table) %}
  {%- set configured_types = model['config'].get('column_types', {}) -%}
  {%- set quoting = model['config'].get('quote_columns', none) -%}

  {% set columns = [] %}
  {% for name in agate_table.column_names %}
    {% set data_type = configured_types.get(
         name, adapter.convert_type(agate_table, loop.index0)) %}
    {% do columns.append(adapter.quote_seed_column(name | string, quoting) ~ ' ' ~ data_type) %}
  {% endfor %}
  {% set create_sql %}
    create table {{ this.render() }} ({{ columns | join(',') }})
  {% endset %}

  {% call statement('_') -%}
    {{ create_sql }}
  {%- endcall %}
  {% do return(create_sql) %}
{% endmacro %}
