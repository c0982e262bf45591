{# How many binary digits it takes to count `upper_bound` rows: at least one. #}
{% macro get_powers_of_two(upper_bound) %}
  {% do return(adapter.dispatch('get_powers_of_two', 'dbt')(upper_bound)) %}
{% endmacro %}

{% macro default__get_powers_of_two(upper_bound) %}
  {% if upper_bound <= 0 %}
    {% do exceptions.raise_compiler_error('The upper bound of a series must be positive') %}
  {% endif %}

  {% for digits in range(1, 100) if upper_bound <= 2 ** digits %}
    {% do return(digits) %}
  {% endfor %}
{% endmacro %}
