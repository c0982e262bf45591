{# The statements of a strategy that is guarded. `arg_dict` is that of the strategy's macro. #}
{% macro get_guarded_sql(arg_dict) -%}
  {% do return(adapter.dispatch('get_guarded_sql', 'dbt')(arg_dict)) %}
{%- endmacro %}

{% macro default__get_guarded_sql(arg_dict) -%}
  {%- set guards = arg_dict['write_guards'] -%}
  {%- if guards.strategy == 'append' -%}
    {%- set statements = [guarded_append(arg_dict)] -%}
  {%- elif guards.strategy == 'insert_overwrite' -%}
    {%- set statements = partition_overwrite(arg_dict) -%}
  {%- elif guards.strategy == 'scd2' -%}
    {%- set statements = guarded_versions(arg_dict) -%}
  {%- elif guards.strategy == 'merge' or not runs_scripts() -%}
    {%- set statements = guarded_merge(arg_dict) -%}
  {%- else -%}
    {%- set statements = guarded_delete_insert(arg_dict) -%}
  {%- endif -%}
  {% do return(write_script(statements)) %}
{%- endmacro %}
