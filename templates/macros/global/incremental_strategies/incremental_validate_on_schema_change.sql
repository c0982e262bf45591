{% macro incremental_validate_on_schema_change(on_schema_change, default='ignore') %}
  {% if on_schema_change in ['ignore', 'append_new_columns', 'sync_all_columns', 'fail'] %}
    {% do return(on_schema_change) %}
  {% endif %}

  {% do log('Invalid value for on_schema_change (' ~ on_schema_change ~ '), using '
            ~ default ~ ' instead.') %}
  {% do return(default) %}
{% endmacro %}
