{#
  What differs between the materialized view in the database and its configuration: none, or a dict
  of lists such as {"indexes": [{"action": "drop", "context": …}]}. The adapter's
  `get_alter_materialized_view_as_sql` is what reads it.
#}
{% macro get_materialized_view_configuration_changes(existing_relation, new_config) %}
  {%- do log('Determining configuration changes on: ' ~ existing_relation) -%}
  {%- do return(adapter.dispatch('get_materialized_view_configuration_changes', 'dbt')(
        existing_relation, new_config)) -%}
{% endmacro %}

{% macro default__get_materialized_view_configuration_changes(existing_relation, new_config) %}
  {% do exceptions.raise_compiler_error(
       '`get_materialized_view_configuration_changes` is not implemented for adapter '
       ~ adapter.type()) %}
{% endmacro %}
