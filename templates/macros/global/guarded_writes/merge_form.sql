{#
  How the engine brings rows over.
  `by_source`: one MERGE, with a clause for rows that the source has not.
  `by_rows`: one MERGE, and the rows that the source has not stand in its source.
  `by_statement`: one MERGE, and a further statement for rows that the source has not.
  `without`: an UPDATE and an INSERT, and that further statement.
#}
{% macro merge_form() -%}
  {% do return(adapter.dispatch('merge_form', 'dbt')()) %}
{%- endmacro %}

{% macro default__merge_form() -%}
  {% do return('by_statement') %}
{%- endmacro %}
