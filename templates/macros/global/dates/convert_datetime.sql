{% macro convert_datetime(date_str, date_fmt) %}
  {% set problem -%}
    The partition date '{{ date_str }}' does not have the format '{{ date_fmt }}'
  {%- endset %}
  {% do return(try_or_compiler_error(
       problem, modules.datetime.datetime.strptime, date_str.strip(), date_fmt)) %}
{% endmacro %}
