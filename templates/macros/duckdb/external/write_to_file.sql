{#
  A file is written beside the one of the last run and takes its place when it is whole. DuckDB does
  so by itself only where there is a file already; it cannot where one write makes many files, or
  where the place is no file system of this machine.
#}
{% macro write_to_file(relation, location, options) -%}
  {% set unfit = [] %}
  {% for word in ['partition_by', 'per_thread_output', 'file_size_bytes', 'use_tmp_file']
        if word in options | lower %}
    {% do unfit.append(word) %}
  {% endfor %}
  {% set is_local = '://' not in location and not location.startswith('/dev/') %}
  {% call statement('write_to_file') -%}
    copy {{ relation }} to '{{ location }}' (
      {{- options }}{{ ', use_tmp_file true' if is_local and not unfit }})
  {%- endcall %}
{% endmacro %}
