{# Warns if the snapshot's times have another type than the time now: they would not compare. #}
{% macro check_time_data_types(sql) %}
  {% set recorded = get_updated_at_column_data_type(sql) %}
  {% set current = get_snapshot_get_time_data_type() %}
  {% if recorded is not none and current is not none and recorded != current
        and exceptions.warn_snapshot_timestamp_data_types %}
    {% do exceptions.warn_snapshot_timestamp_data_types(current, recorded) %}
  {% endif %}
{% endmacro %}
