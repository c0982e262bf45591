{% macro bigquery__alter_column_comment(relation, column_dict) -%}
  {% set comments = [] %}
  {% for name, column in column_dict.items() if column.description and relation.type == 'table' %}
    {% do comments.append('alter table ' ~ relation.render() ~ ' alter column ' ~ name ~ " set options (description = '"
         ~ column.description | replace('\\', '\\\\') | replace("'", "\\'") | replace('\n', '\\n') ~ "')") %}
  {% endfor %}
  {% do return(comments | join(';\n')) %}
{%- endmacro %}
