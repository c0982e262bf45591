{% macro alter_relation_add_remove_columns(relation, add_columns=none, remove_columns=none) -%}
  {% do return(adapter.dispatch('alter_relation_add_remove_columns', 'dbt')(
       relation, add_columns, remove_columns)) %}
{% endmacro %}

{# All changes in one statement. #}
{% macro default__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
  {% set changes = [] %}
  {% for column in add_columns or [] %}
    {% do changes.append('add column ' ~ column.quoted ~ ' ' ~ column.expanded_data_type) %}
  {% endfor %}
  {% for column in remove_columns or [] %}
    {% do changes.append('drop column ' ~ column.quoted) %}
  {% endfor %}

  {% do run_query('alter ' ~ relation.type ~ ' ' ~ relation.render() ~ ' '
                  ~ changes | join(', ')) %}
{% endmacro %}
