{# The clause for `partition_by`: a column, or a mapping with `field`, `data_type`, `granularity`, `range`. #}
{% macro bigquery__partition_by(partition_by) -%}
  {%- if not partition_by -%}
    {%- do return('') -%}
  {%- elif partition_by is not mapping -%}
    {%- do return('partition by ' ~ _column_list(partition_by) | first) -%}
  {%- endif -%}
  {%- set field, type = partition_by.get('field'), partition_by.get('data_type', 'date') | lower -%}
  {%- set range = partition_by.get('range') -%}
  {%- set granularity = partition_by.get('granularity', 'day') -%}
  {%- if range -%}
    {%- do return('partition by range_bucket(' ~ field ~ ', generate_array(' ~ range.start ~ ', ' ~ range.end ~ ', ' ~ range.interval ~ '))') -%}
  {%- elif type == 'date' and granularity == 'day' -%}
    {%- do return('partition by ' ~ field) -%}
  {%- endif -%}
  {%- do return('partition by ' ~ type ~ '_trunc(' ~ field ~ ', ' ~ granularity ~ ')') -%}
{%- endmacro %}
