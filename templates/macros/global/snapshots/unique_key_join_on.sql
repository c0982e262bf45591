{% macro unique_key_join_on(unique_key, identifier, from_identifier) %}
  {%- if unique_key | is_list -%}
    {%- for key in unique_key %}
      {%- set column = '.dbt_unique_key_' ~ loop.index %}
      {{ equals(identifier ~ column, from_identifier ~ column) }}
      {{- ' and ' if not loop.last }}
    {%- endfor %}
  {%- else %}
    {{ identifier }}.dbt_unique_key = {{ from_identifier }}.dbt_unique_key
  {%- endif %}
{% endmacro %}
