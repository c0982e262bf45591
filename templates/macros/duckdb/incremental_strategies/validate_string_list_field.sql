{%- macro validate_string_list_field(field_value, field_name, errors) -%}
  {%- if field_value is none -%}
    {%- do return(none) -%}
  {%- elif field_value is not sequence or field_value is mapping or field_value is string -%}
    {%- do errors.append(field_name ~ ' must be a list') -%}
    {%- do return(none) -%}
  {%- endif -%}

  {%- for item in field_value if item is not string -%}
    {%- do errors.append(field_name ~ ' must hold only strings, found: ' ~ item) -%}
  {%- endfor -%}
{%- endmacro -%}
