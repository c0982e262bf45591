{#
  The name of a row: a digest of the node and of all names and values, so that a row that comes again
  has the same one. Columns come in the order of their names.
#}
{% macro quarantined_row_id(node, columns, alias) -%}
  {% do return(adapter.dispatch('quarantined_row_id', 'dbt')(node, columns, alias)) %}
{%- endmacro %}

{% macro default__quarantined_row_id(node, columns, alias) -%}
  {%- set parts = ["'" ~ escape_single_quotes(node) ~ "'"] -%}
  {%- for column in columns | sort(attribute='name') -%}
    {%- set text = 'cast(' ~ alias ~ '.' ~ column.name ~ ' as ' ~ api.Column.translate_type('string') ~ ')' -%}
    {%- do parts.append("' " ~ escape_single_quotes(column.name) ~ "='") -%}
    {%- do parts.append("coalesce('''' || replace(" ~ text ~ ", '''', '''''') || '''', 'null')") -%}
  {%- endfor -%}
  {% do return(hash(parts | join(' || '))) %}
{%- endmacro %}
