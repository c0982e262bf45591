{# DuckDB reads the file itself, unless the seed has `fast: false`: then its rows are bound. #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
  {% if config.get('fast', true) %}
    {% set copy_sql %}
      COPY {{ this.render() }} FROM '{{ adapter.get_seed_file_path(model) | replace("'", "''") }}' (FORMAT CSV, HEADER TRUE, DELIMITER '{{ config.get('delimiter', ',') }}')
    {% endset %}
    {% do adapter.add_query(copy_sql, abridge_sql_log=True) %}
    {% do return(copy_sql) %}
  {% endif %}

  {% do return(default__load_csv_rows(model, adapter.convert_datetimes_to_strs(agate_table))) %}
{% endmacro %}
