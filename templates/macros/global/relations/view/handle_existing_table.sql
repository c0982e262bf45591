{# A view cannot replace a table: what is to become of the table is for the adapter to say. #}
{% macro handle_existing_table(full_refresh, old_relation) %}
  {% do return(adapter.dispatch('handle_existing_table', 'dbt')(full_refresh, old_relation)) %}
{% endmacro %}

{% macro default__handle_existing_table(full_refresh, old_relation) %}
  {% do log('Dropping relation ' ~ old_relation.render()
            ~ ' because it is of type ' ~ old_relation.type) %}
  {% do adapter.drop_relation(old_relation) %}
{% endmacro %}
