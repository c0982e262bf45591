{# Adds the columns that a snapshot's query has gained. #}
{% macro create_columns(relation, columns) %}
  {% do return(adapter.dispatch('create_columns', 'dbt')(relation, columns)) %}
{% endmacro %}

{% macro default__create_columns(relation, columns) %}
  {% for column in columns %}
    {% call statement() %}
      alter table {{ relation.render() }} add column {{ adapter.quote(column.name) }} {{ column.expanded_data_type }};
    {% endcall %}
  {% endfor %}
{% endmacro %}
