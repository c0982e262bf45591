{# Puts the rows of dropped tables back, so that they can be read until their models have run. #}
{% macro restore_foreign_key_dependents(dropped) -%}
  {% for item in dropped | reverse %}
    {% do log('Restoring the rows of ' ~ item['relation']
              ~ '; its constraints come back when this run builds it anew', info=True) %}
    {% do adapter.rename_relation(item['backup'], item['relation']) %}
  {% endfor %}
{%- endmacro %}
