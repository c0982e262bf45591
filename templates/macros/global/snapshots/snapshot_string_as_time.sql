{# A time given as text, of the type of the snapshot's time columns. #}
{% macro snapshot_string_as_time(timestamp) -%}
  {% do return(adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp)) %}
{%- endmacro %}

{% macro default__snapshot_string_as_time(timestamp) %}
  {% do exceptions.raise_not_implemented(
       '`snapshot_string_as_time` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
