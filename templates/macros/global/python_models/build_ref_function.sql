{# `ref` for Python code: it looks up what the template's own `ref` found. #}
{% macro build_ref_function(model) %}
  {%- set relations = {} -%}
  {%- for reference in model.refs -%}
    {%- set version = reference.get('version') -%}
    {%- set key = [reference['name']] -%}
    {%- if reference.get('package') -%}
      {%- set key = [reference['package'], reference['name']] -%}
    {%- endif -%}
    {%- set relation = ref(*key, v=version) -%}
    {#- Rendered without `--empty` or `--sample`; a project's own `ref` may answer with a text. -#}
    {%- if relation.render is defined and relation.render is callable -%}
      {%- set relation = relation.render() -%}
    {%- endif -%}
    {%- if version -%}
      {%- do key.append('v' ~ version) -%}
    {%- endif -%}
    {%- do relations.update({key | join('.'): resolve_model_name(relation)}) -%}
  {%- endfor -%}

def ref(*args, **kwargs):
    relations = {{ relations | tojson }}
    version = kwargs.get("v") or kwargs.get("version")
    key = ".".join([*args, f"v{version}"] if version else args)
    return kwargs["dbt_load_df_function"](relations[key])

{% endmacro %}
