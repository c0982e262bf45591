{# The end of a version that is still valid: null, or what `dbt_valid_to_current` says. #}
{% macro get_dbt_valid_to_current(strategy, columns) %}
  {#- The nullif gives a plain null the type of the time. #}
  {% set open_end = config.get('dbt_valid_to_current') or 'null' %}
  coalesce(nullif({{ strategy.updated_at }}, {{ strategy.updated_at }}), {{ open_end }})
  as {{ columns.dbt_valid_to }}
{% endmacro %}
