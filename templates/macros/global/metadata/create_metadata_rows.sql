{# Makes the table of all rows of metadata, where it is not there: what each says, and since when and until when that is so. #}
{% macro create_metadata_rows(rows) %}
  {% do return(adapter.dispatch('create_metadata_rows', 'dbt')(rows)) %}
{% endmacro %}

{% macro default__create_metadata_rows(rows) %}
  {% call statement() %}
    create table if not exists {{ rows }} (
      project varchar,
      target varchar,
      kind varchar,
      worked_out_of varchar,
      fields json,
      digest varchar,
      valid_from timestamp,
      valid_to timestamp,
      is_current boolean,
      opened_by varchar,
      closed_by varchar
    )
  {% endcall %}
{% endmacro %}
