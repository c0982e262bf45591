{% macro alter_relation_comment(relation, relation_comment) -%}
  {% do return(adapter.dispatch('alter_relation_comment', 'dbt')(relation, relation_comment)) %}
{% endmacro %}

{% macro default__alter_relation_comment(relation, relation_comment) -%}
  {% if not adapter.has_connection() %}
    {% do return('comment on ' ~ relation.type ~ ' ' ~ relation.render() ~ " is '" ~ escape_single_quotes(relation_comment) ~ "'") %}
  {% endif %}
  {% do exceptions.raise_not_implemented(
       '`alter_relation_comment` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
