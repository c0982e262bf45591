{# Fills a seed's table; answers the statement, or the first of several. #}
{% macro load_csv_rows(model, agate_table) -%}
  {% do return(adapter.dispatch('load_csv_rows', 'dbt')(model, agate_table)) %}
{%- endmacro %}

{% macro default__load_csv_rows(model, agate_table) %}
  {% set columns = get_seed_column_quoted_csv(model, agate_table.column_names) %}
  {% set placeholders = [] %}
  {% for column in agate_table.column_names %}
    {% do placeholders.append(get_binding_char()) %}
  {% endfor %}
  {% set row_sql = '(' ~ placeholders | join(',') ~ ')' %}
  {% set statements = [] %}

  {% for rows in agate_table.rows | batch(get_batch_size()) %}
    {% set bindings = [] %}
    {% for row in rows %}
      {% do bindings.extend(row) %}
    {% endfor %}

    {% set insert_sql %}
      insert into {{ this.render() }} ({{ columns }}) values
      {% for row in rows %}{{ row_sql }}{{ ',' if not loop.last }}{% endfor %}
    {% endset %}
    {% do adapter.add_query(insert_sql, bindings=bindings, abridge_sql_log=True) %}
    {% if loop.first %}
      {% do statements.append(insert_sql) %}
    {% endif %}
  {% endfor %}

  {% do return(statements[0]) %}
{% endmacro %}
