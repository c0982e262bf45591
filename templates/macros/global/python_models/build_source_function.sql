{# `source` for Python code. #}
{% macro build_source_function(model) %}
  {%- set relations = {} -%}
  {%- for reference in model.sources -%}
    {%- do relations.update({reference | join('.'): resolve_model_name(source(*reference))}) -%}
  {%- endfor -%}

def source(*args, dbt_load_df_function):
    relations = {{ relations | tojson }}
    return dbt_load_df_function(relations[".".join(args)])

{% endmacro %}
