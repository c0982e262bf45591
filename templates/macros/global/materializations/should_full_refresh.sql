{# A model's own `full_refresh`, true or false, wins over `--full-refresh`. #}
{% macro should_full_refresh() %}
  {% set configured = config.get('full_refresh') %}
  {% do return(flags.FULL_REFRESH if configured is none else configured) %}
{% endmacro %}
