{# Lists what is compared: the number of rows, and sums of columns, each with what is allowed. #}
{% macro reconcile_measures(columns, count, tolerance, materiality) %}
  {% set agreed = var('reconcile', {}) %}
  {% set usual = {
    'tolerance': tolerance if tolerance is not none else agreed.get('tolerance', 0),
    'materiality': materiality if materiality is not none else agreed.get('materiality', 0.000000001),
  } %}
  {% set measures = [] %}
  {% if count %}
    {% do measures.append(dict(usual, name='rows', expression='count(*)', compare_expression='count(*)')) %}
  {% endif %}
  {% for column in columns or [] %}
    {% set said = {'name': column} if column is string else column %}
    {% for key in said if key not in ['name', 'compare_to', 'tolerance', 'materiality'] %}
      {% do exceptions.raise_compiler_error(
           "a column of `reconcile` has no `" ~ key ~ "`: there are `name`, `compare_to`, `tolerance` and `materiality`") %}
    {% endfor %}
    {% if not said.get('name') %}
      {% do exceptions.raise_compiler_error("a column of `reconcile` has no `name`") %}
    {% endif %}
    {% do measures.append({
      'name': said.name,
      'expression': 'sum(' ~ said.name ~ ')',
      'compare_expression': 'sum(' ~ said.get('compare_to', said.name) ~ ')',
      'tolerance': said.get('tolerance', usual.tolerance),
      'materiality': said.get('materiality', usual.materiality),
    }) %}
  {% endfor %}
  {% if not measures %}
    {% do exceptions.raise_compiler_error("`reconcile` compares nothing: name `columns`, or leave `count: false` out") %}
  {% endif %}
  {% do return(measures) %}
{% endmacro %}
