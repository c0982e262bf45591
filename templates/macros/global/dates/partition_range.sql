{# The days named by `<day>` or `<first day>,<last day>`. #}
{% macro partition_range(raw_partition_date, date_fmt='%Y%m%d') %}
  {% set bounds = (raw_partition_date | string).split(',') %}
  {% if bounds | length > 2 %}
    {% do exceptions.raise_compiler_error(
         "A partition date is written '<day>' or '<first day>,<last day>', found: "
         ~ raw_partition_date) %}
  {% endif %}

  {% set last = bounds[1] if bounds | length == 2 else none %}
  {% do return(dates_in_range(bounds[0], last, in_fmt=date_fmt)) %}
{% endmacro %}
