{# A view is a table here. #}
{% macro spark__alter_relation_comment(relation, relation_comment) -%}
  {% do return('comment on table ' ~ relation.render() ~ " is '" ~ relation_comment | replace("'", "\\'") ~ "'") %}
{%- endmacro %}
