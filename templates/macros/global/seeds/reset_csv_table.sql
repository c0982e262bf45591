{# Makes a seed's table empty; answers the statement that did. #}
{% macro reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
  {% do return(adapter.dispatch('reset_csv_table', 'dbt')(
       model, full_refresh, old_relation, agate_table)) %}
{%- endmacro %}

{% macro default__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
  {% if full_refresh %}
    {% do adapter.drop_relation(old_relation) %}
    {% do return(create_csv_table(model, agate_table)) %}
  {% endif %}

  {% do adapter.truncate_relation(old_relation) %}
  {% do return('truncate table ' ~ old_relation.render()) %}
{% endmacro %}
