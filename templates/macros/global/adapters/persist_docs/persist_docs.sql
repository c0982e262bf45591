{# Writes descriptions to the database as comments, as far as `persist_docs` asks for them. #}
{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
  {% do return(adapter.dispatch('persist_docs', 'dbt')(
       relation, model, for_relation, for_columns)) %}
{% endmacro %}

{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
  {% if for_relation and model.description and config.persist_relation_docs() %}
    {% do run_query(alter_relation_comment(relation, model.description)) %}
  {% endif %}

  {% if for_columns and model.columns and config.persist_column_docs() %}
    {% set existing = adapter.get_columns_in_relation(relation)
         | map(attribute='name') | list %}
    {% set documented = validate_doc_columns(relation, model.columns, existing) %}
    {% set comments = alter_column_comment(relation, documented) %}
    {% if comments and comments | trim %}
      {% do run_query(comments) %}
    {% endif %}
  {% endif %}
{% endmacro %}
