{# The kinds of constraints in the model's contract, while it is enforced. #}
{% macro enforced_constraint_types() -%}
  {% set contract = config.get('contract') %}
  {% if not contract or not contract.enforced %}
    {% do return([]) %}
  {% endif %}

  {% set constraints = [] + model.get('constraints', []) %}
  {% for column in model.get('columns', {}).values() %}
    {% do constraints.extend(column.get('constraints', [])) %}
  {% endfor %}
  {% do return(constraints | map(attribute='type') | list) %}
{%- endmacro %}
