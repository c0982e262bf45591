{# In the order of the values: there is no other. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
  array_join({{ 'slice(' if limit_num }}sort_array(collect_list({{ measure }})){{ ', 1, ' ~ limit_num ~ ')' if limit_num }}, {{ delimiter_text }})
{%- endmacro %}
