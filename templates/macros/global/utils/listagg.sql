{# The texts of a group in one, in some order, perhaps only the first few. #}
{% macro listagg(measure, delimiter_text="','", order_by_clause=none, limit_num=none) -%}
  {% do return(adapter.dispatch('listagg', 'dbt')(
       measure, delimiter_text, order_by_clause, limit_num)) %}
{%- endmacro %}

{% macro default__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}

    {% if limit_num -%}
    array_to_string(
        array_slice(
            array_agg(
                {{ measure }}
            ){{ 'within group (' ~ order_by_clause ~ ')' if order_by_clause }}
            ,0
            ,{{ limit_num }}
        ),
        {{ delimiter_text }}
        )
    {%- else %}
    listagg(
        {{ measure }},
        {{ delimiter_text }}
        )
        {{ 'within group (' ~ order_by_clause ~ ')' if order_by_clause }}
    {%- endif %}

{%- endmacro %}
