{# Strategy `microbatch`: the rows of one span of time take the place of those that were there. #}
{% macro get_incremental_microbatch_sql(arg_dict) %}
  {% do return(adapter.dispatch('get_incremental_microbatch_sql', 'dbt')(arg_dict)) %}
{% endmacro %}

{% macro default__get_incremental_microbatch_sql(arg_dict) %}
  {% do exceptions.raise_not_implemented(
       'Strategy `microbatch` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
