{# An amount, or a share of a value: `0.01`, `1%`. #}
{% macro reconcile_amount(allowed, value, name) -%}
  {%- set text = (allowed | string).strip() -%}
  {%- set is_share = text.endswith('%') -%}
  {%- set number = text.rstrip('%').strip() -%}
  {%- if not modules.re.match('^[0-9]*[.]?[0-9]+([eE][-+]?[0-9]+)?$', number) -%}
    {%- do exceptions.raise_compiler_error(
          "`" ~ name ~ "` of `reconcile` is an amount such as `0.01` or a share such as `1%`, not `" ~ allowed ~ "`") -%}
  {%- endif -%}
  {{ "abs(" ~ value ~ ") * " ~ number ~ " / 100" if is_share else number }}
{%- endmacro %}
