{#
  Whether the model's table has foreign keys. It has to be created under its final name then: DuckDB
  remembers the first one in the table that the key points at, which could never be dropped again
  after a rename (duckdb/duckdb#24648).
#}
{% macro has_foreign_key_constraints(relation=none) -%}
  {% if not adapter.catalog_supports_foreign_keys(this.database) %}
    {% do return(false) %}
  {% endif %}
  {% do return('foreign_key' in enforced_constraint_types()
               or 'foreign_key' in existing_constraint_types(relation)) %}
{%- endmacro %}
