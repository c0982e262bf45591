{% macro alter_column_comment(relation, column_dict) -%}
  {% do return(adapter.dispatch('alter_column_comment', 'dbt')(relation, column_dict)) %}
{% endmacro %}

{% macro default__alter_column_comment(relation, column_dict) -%}
  {% if not adapter.has_connection() %}
    {% set comments = [] %}
    {% for name, column in column_dict.items() if column.description %}
      {% set quoted = adapter.quote(name) if column.get('quote') else name %}
      {% do comments.append('comment on column ' ~ relation.render() ~ '.' ~ quoted
           ~ " is '" ~ escape_single_quotes(column.description) ~ "'") %}
    {% endfor %}
    {% do return(comments | join(';\n')) %}
  {% endif %}
  {% do exceptions.raise_not_implemented(
       '`alter_column_comment` is not implemented for adapter ' ~ adapter.type()) %}
{% endmacro %}
