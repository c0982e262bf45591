{% macro bigquery__alter_relation_comment(relation, relation_comment) -%}
  {% do return('alter ' ~ relation.type ~ ' ' ~ relation.render() ~ " set options (description = '"
       ~ relation_comment | replace('\\', '\\\\') | replace("'", "\\'") | replace('\n', '\\n') ~ "')") %}
{%- endmacro %}
