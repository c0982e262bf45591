{% macro get_show_indexes_sql(relation) -%}
  {% do return(adapter.dispatch('get_show_indexes_sql', 'dbt')(relation)) %}
{%- endmacro %}

{% macro default__get_show_indexes_sql(relation) -%}
  {% do exceptions.raise_compiler_error(
       '`get_show_indexes_sql` is not implemented for adapter ' ~ adapter.type()) %}
{%- endmacro %}
