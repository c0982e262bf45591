{# How many rows relations have that are there: place in the list, rows. #}
{% macro count_rows(relations) %}
  {% set counts = [] %}
  {% for relation in relations %}
    {% if adapter.get_relation(relation.database, relation.schema, relation.identifier) is not none %}
      {% do counts.append("select " ~ loop.index0 ~ ", count(*) from " ~ relation) %}
    {% endif %}
  {% endfor %}
  {% do return(run_query(counts | join(" union all ")) if counts else none) %}
{% endmacro %}
