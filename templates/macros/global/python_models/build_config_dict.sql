{# The configurations that the code reads, found while it was parsed, with the code's defaults. #}
{% macro build_config_dict(model) %}
  {%- set values = {} -%}
  {%- for key, default in zip(model.config.config_keys_used, model.config.config_keys_defaults) -%}
    {%- do values.update({key: model.config.get(key, default)}) -%}
  {%- endfor -%}

  {#- Apart from the others, which may have the same names. -#}
  {%- set meta_values = {} -%}
  {%- if model.config.meta_keys_used -%}
    {%- set meta = model.config.meta or {} -%}
    {%- for key, default in zip(model.config.meta_keys_used, model.config.meta_keys_defaults) -%}
      {%- do meta_values.update({key: meta[key] if key in meta else default}) -%}
    {%- endfor -%}
  {%- endif %}
config_dict = {{ values }}
meta_dict = {{ meta_values }}
{% endmacro %}
