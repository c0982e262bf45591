{# The unique key's parts as columns of their own, under names no source can change. #}
{% macro unique_key_fields(unique_key) %}
  {%- if unique_key | is_list -%}
    {%- for key in unique_key %}
      {{ key }} as dbt_unique_key_{{ loop.index }}
      {{- ' , ' if not loop.last }}
    {%- endfor %}
  {%- else %}
    {{ unique_key }} as dbt_unique_key
  {%- endif %}
{% endmacro %}
