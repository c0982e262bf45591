{# Whether a test keeps its failing rows: its own configuration wins over `--store-failures`. #}
{% macro should_store_failures() %}
  {% set configured = config.get('store_failures') %}
  {% do return(flags.STORE_FAILURES if configured is none else configured) %}
{% endmacro %}
