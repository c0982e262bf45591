{# Every day from the first to the last, both included; as datetimes when `out_fmt` is empty. #}
{% macro dates_in_range(start_date_str, end_date_str=none, in_fmt="%Y%m%d", out_fmt="%Y%m%d") %}
  {% set first = convert_datetime(start_date_str, in_fmt) %}
  {% set last = first if end_date_str is none else convert_datetime(end_date_str, in_fmt) %}
  {% set span = (last - first).days %}

  {% if span < 0 %}
    {% do exceptions.raise_compiler_error(
         "The partition range starts after it ends (" ~ first ~ ", " ~ last ~ ")", model) %}
  {% endif %}

  {% set dates = [] %}
  {% for offset in range(span + 1) %}
    {% set day = first + modules.datetime.timedelta(days=offset) %}
    {% do dates.append(day.strftime(out_fmt) if out_fmt else day) %}
  {% endfor %}
  {% do return(dates) %}
{% endmacro %}
