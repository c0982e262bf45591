{% macro alter_column_type(relation, column_name, new_column_type) -%}
  {% do return(adapter.dispatch('alter_column_type', 'dbt')(
       relation, column_name, new_column_type)) %}
{% endmacro %}

{# Fills a column of the new type beside the old one, then puts it in the old one's place. #}
{% macro default__alter_column_type(relation, column_name, new_column_type) -%}
  {%- set table = relation.render() -%}
  {%- set old_column = adapter.quote(column_name) -%}
  {%- set new_column = adapter.quote(column_name ~ '__dbt_alter') -%}

  {% call statement('alter_column_type') %}
    alter table {{ table }} add column {{ new_column }} {{ new_column_type }};
    update {{ table }} set {{ new_column }} = {{ old_column }};
    alter table {{ table }} drop column {{ old_column }} cascade;
    alter table {{ table }} rename column {{ new_column }} to {{ old_column }}
  {% endcall %}
{% endmacro %}
