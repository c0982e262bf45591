{# A configuration that may be a text, a list of texts or nothing, as a list. #}
{%- macro normalize_string_or_list(raw, field_name) -%}
  {%- if raw is none -%}
    {%- do return([]) -%}
  {%- endif -%}

  {%- set values = [raw] if raw is string else raw -%}
  {%- if values is mapping or values is not sequence -%}
    {%- do exceptions.raise_compiler_error(
          field_name ~ ' must be a list of strings or a string') -%}
  {%- endif -%}

  {%- for value in values if value is not string -%}
    {%- do exceptions.raise_compiler_error(
          field_name ~ ' must hold only strings, found: ' ~ value) -%}
  {%- endfor -%}
  {%- do return(values | list) -%}
{%- endmacro -%}
