{# Creates the indexes of the model's configuration, on adapters that know indexes. #}
{% macro create_indexes(relation) -%}
  {% do return(adapter.dispatch('create_indexes', 'dbt')(relation)) %}
{%- endmacro %}

{% macro default__create_indexes(relation) -%}
  {% for index in config.get('indexes', default=[]) %}
    {% set create_sql = get_create_index_sql(relation, index) %}
    {% if create_sql %}
      {% do run_query(create_sql) %}
    {% endif %}
  {% endfor %}
{% endmacro %}
