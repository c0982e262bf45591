{# Makes the table of all rows of metadata, where it is not there: what each says, and since when and until when that is so. #}
{% macro create_metadata_rows(rows) %}
  {% do return(adapter.dispatch('create_metadata_rows', 'dbt')(rows)) %}
{% endmacro %}

{% macro default__create_metadata_rows(rows) %}
  {% call statement() %}
    create table if not exists {{ rows }} (
      project varchar{{ appended_storage(true) }},
      target varchar{{ appended_storage(true) }},
      kind varchar{{ appended_storage(true) }},
      worked_out_of varchar{{ appended_storage(true) }},
      fields json{{ appended_storage(false) }},
      digest varchar{{ appended_storage(false) }},
      valid_from timestamp,
      valid_to timestamp,
      is_current boolean,
      opened_by varchar{{ appended_storage(true) }},
      closed_by varchar{{ appended_storage(true) }}
    )
  {% endcall %}
{% endmacro %}
