{# The n-th of a text's parts, counted from 1. #}
{% macro split_part(string_text, delimiter_text, part_number) %}
  {% do return(adapter.dispatch('split_part', 'dbt')(
       string_text, delimiter_text, part_number)) %}
{% endmacro %}

{% macro default__split_part(string_text, delimiter_text, part_number) %}

    split_part(
        {{ string_text }},
        {{ delimiter_text }},
        {{ part_number }}
        )

{% endmacro %}
