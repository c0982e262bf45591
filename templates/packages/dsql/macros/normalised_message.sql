{# Puts placeholders in the place of what differs from one occurrence of an error to the next; the engine's excerpt of the SQL is left out. #}
{% macro normalised_message(message) -%}
  {%- set parts = [
    ("\\n[ ]*LINE [0-9]+: [^\\n]*(\\n[ ]*\\^)?", ""),
    ("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "<uuid>"),
    ("[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?", "<time>"),
    ("0x[0-9a-fA-F]+|\\b([0-9]+[a-f]|[a-f]+[0-9])[0-9a-f]{6,}\\b", "<hex>"),
    ("\"[^\"\\n]*\"|''[^''\\n]*''|`[^`\\n]*`", "<text>"),
    ("[0-9]+([.,][0-9]+)*", "<number>"),
    ("\\s+", " "),
  ] -%}
  trim(
    {%- for _ in parts %}regexp_replace({% endfor -%}
    {{ message }}
    {%- for pattern, placeholder in parts %}, '{{ pattern }}', '{{ placeholder }}', 'g'){% endfor -%}
  )
{%- endmacro %}
