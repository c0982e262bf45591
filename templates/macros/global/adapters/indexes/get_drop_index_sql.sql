{% macro get_drop_index_sql(relation, index_name) -%}
  {% do return(adapter.dispatch('get_drop_index_sql', 'dbt')(relation, index_name)) %}
{%- endmacro %}

{% macro default__get_drop_index_sql(relation, index_name) -%}
  {% do exceptions.raise_compiler_error(
       '`get_drop_index_sql` is not implemented for adapter ' ~ adapter.type()) %}
{%- endmacro %}
