{#
  The documented columns that exist; warns about those that do not. Only the name of a quoted column
  has to match in case.
#}
{% macro validate_doc_columns(relation, column_dict, existing_column_names) %}
  {% set folded_names = existing_column_names | map('lower') | list %}
  {% set found = {} %}
  {% set missing = [] %}
  {% for name, column in column_dict.items() %}
    {% if name in existing_column_names or (not column.get('quote') and name | lower in folded_names) %}
      {% do found.update({name: column}) %}
    {% else %}
      {% do missing.append(name) %}
    {% endif %}
  {% endfor %}

  {% if missing %}
    {% do exceptions.warn('In relation ' ~ relation.render()
         ~ ': documented columns that are not in the database: ' ~ missing | join(', ')) %}
  {% endif %}
  {% do return(found) %}
{% endmacro %}
