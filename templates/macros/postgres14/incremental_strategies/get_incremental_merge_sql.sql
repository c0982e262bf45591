{# The same rows by an update and an insert. #}
{% macro postgres14__get_incremental_merge_sql(arg_dict) -%}
  {% do return(get_guarded_sql(without_merge(arg_dict))) %}
{%- endmacro %}
