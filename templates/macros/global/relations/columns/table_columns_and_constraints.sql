{% macro table_columns_and_constraints() %}
  {%- set columns = adapter.render_raw_columns_constraints(raw_columns=model['columns']) -%}
  {%- set constraints = adapter.render_raw_model_constraints(
        raw_constraints=model['constraints']) -%}
    (
    {% for part in columns + constraints -%}
      {{ part }}{{ ',' if not loop.last }}
    {% endfor -%}
    )
{% endmacro %}
