{#
  The condition on which a row of the model and another one are the same in all columns. Where the table
  of the quarantine keeps a column as text, because its type has changed, texts are compared.
#}
{% macro same_quarantined_row(columns, left, right, kept=true) -%}
  {%- set same = [] -%}
  {%- for column in columns -%}
    {%- set own = left ~ '.' ~ column.name -%}
    {%- do same.append(same_value(
          'cast(' ~ own ~ ' as ' ~ api.Column.translate_type('string') ~ ')' if kept and column.as_text else own,
          right ~ '.' ~ column.name)) -%}
  {%- endfor -%}
  {% do return(same | join(' and ')) %}
{%- endmacro %}

{% macro _quarantine_list(columns, alias) -%}
  {%- set listed = [] -%}
  {%- for column in columns -%}
    {%- do listed.append(alias ~ '.' ~ column.name) -%}
  {%- endfor -%}
  {% do return(listed | join(', ')) %}
{%- endmacro %}
