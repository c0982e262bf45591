{# A condition that holds for events of these nodes. #}
{% macro among_nodes(nodes) %}
  {%- if nodes -%}
    and node in (
      {%- for node in nodes -%}
        '{{ escape_single_quotes(node) }}'{{ ", " if not loop.last }}
      {%- endfor -%}
    )
  {%- else -%}
    and 1 = 0
  {%- endif -%}
{% endmacro %}
