{# Strategy `scd2`: keeps each version of a row with the time from which to which it holds. #}
{% macro get_incremental_scd2_sql(arg_dict) %}
  {% do return(adapter.dispatch('get_incremental_scd2_sql', 'dbt')(arg_dict)) %}
{% endmacro %}

{% macro default__get_incremental_scd2_sql(arg_dict) %}
  {% do return(get_guarded_sql(arg_dict)) %}
{% endmacro %}
