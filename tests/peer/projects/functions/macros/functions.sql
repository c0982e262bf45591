{% macro duckdb__scalar_function_sql(target_relation) %}
create or replace macro {{ target_relation }}({{ model.arguments | map(attribute='name') | join(', ') }}) as {{ model.compiled_code }}
{% endmacro %}
