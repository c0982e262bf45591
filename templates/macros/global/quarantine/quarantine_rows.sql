{#
  Moves the rows that are noted from a relation into the quarantine. A row that is there already is not
  listed twice: what was quarantined stays so, what was discarded is taken out again, what was released
  stays where it is. Returns how many rows are in quarantine, how many are taken out for good, and how
  many stay.
#}
{% macro quarantine_rows(relation, quarantine, columns, entry) %}
  {% do return(adapter.dispatch('quarantine_rows', 'dbt')(relation, quarantine, columns, entry)) %}
{% endmacro %}

{% macro default__quarantine_rows(relation, quarantine, columns, entry) %}
  {% set row = row_identifier() %}
  {% set now = "timestamp '" ~ modules.datetime.datetime.utcnow() ~ "'" %}
  {% set names = columns | map(attribute='name') | join(', ') %}
  {% call statement() %}
    create or replace temporary table dsql_quarantine_taken as
    select
      model_rows.{{ row }} as dsql_row,
      {{ quarantined_row_id(entry.node, columns, 'model_rows') }} as dsql_row_id,
      marks.dsql_tests,
      marks.dsql_reasons
    from {{ relation }} as model_rows
    join (
      select
        dsql_row,
        string_agg(dsql_test, ', ' order by dsql_place) as dsql_tests,
        string_agg(dsql_reason, '; ' order by dsql_place) as dsql_reasons
      from dsql_quarantine_marks
      group by dsql_row
    ) as marks on model_rows.{{ row }} = marks.dsql_row
  {% endcall %}
  {% call statement() %}
    delete from dsql_quarantine_marks
  {% endcall %}
  {% set released = "dsql_row_id in (select dsql_row_id from " ~ quarantine ~ " where dsql_state = 'released')" %}
  {% call statement() %}
    insert into dsql_quarantine_accepted
    select dsql_row from dsql_quarantine_taken where {{ released }}
  {% endcall %}
  {% set stay = run_query('select count(*) from dsql_quarantine_taken where ' ~ released).columns[0].values()[0] %}
  {% call statement() %}
    delete from dsql_quarantine_taken where {{ released }}
  {% endcall %}

  {# One entry for each row, with the copies of it that are taken, and those that are left. #}
  {% call statement() %}
    create or replace temporary table dsql_quarantine_entries as
    with numbered as (
      select
        {{ _quarantine_list(columns, 'model_rows') }},
        taken.dsql_row_id,
        taken.dsql_tests,
        taken.dsql_reasons,
        count(*) over (partition by taken.dsql_row_id) as dsql_copies,
        row_number() over (partition by taken.dsql_row_id order by taken.dsql_row) as dsql_place
      from dsql_quarantine_taken as taken
      join {{ relation }} as model_rows on model_rows.{{ row }} = taken.dsql_row
    ),
    firsts as (
      select * from numbered where dsql_place = 1
    ),
    others as (
      select firsts.dsql_row_id, count(*) as dsql_copies
      from {{ relation }} as model_rows
      join firsts on {{ same_quarantined_row(columns, 'model_rows', 'firsts', false) }}
      where model_rows.{{ row }} not in (select dsql_row from dsql_quarantine_taken)
      group by firsts.dsql_row_id
    )
    select
      firsts.*,
      coalesce(others.dsql_copies, 0) as dsql_copies_published,
      {% if entry.key %}
        exists (
          select 1 from {{ relation }} as model_rows
          where {{ same_key(entry.key, 'model_rows', 'firsts') }}
            and model_rows.{{ row }} not in (select dsql_row from dsql_quarantine_taken)
        ) as dsql_key_published
      {% else %}
        true as dsql_key_published
      {% endif %}
    from firsts
    left join others on firsts.dsql_row_id = others.dsql_row_id
  {% endcall %}
  {% call statement() %}
    update {{ quarantine }} as known
    set
      dsql_state = 'quarantined',
      dsql_state_at = case when known.dsql_state = 'quarantined' then known.dsql_state_at else {{ now }} end,
      dsql_tests = entries.dsql_tests,
      dsql_reasons = entries.dsql_reasons,
      dsql_copies = entries.dsql_copies,
      dsql_copies_published = entries.dsql_copies_published,
      dsql_key_published = entries.dsql_key_published
    from dsql_quarantine_entries as entries
    where known.dsql_row_id = entries.dsql_row_id
      and known.dsql_state in ('quarantined', 'resolved')
  {% endcall %}
  {% call statement() %}
    insert into {{ quarantine }} (
      {{ names }}, dsql_row_id, dsql_state, dsql_tests, dsql_reasons, dsql_run_id, dsql_batch,
      dsql_quarantined_at, dsql_state_at, dsql_copies, dsql_copies_published, dsql_key_published)
    select
      {{ names }}, dsql_row_id, 'quarantined', dsql_tests, dsql_reasons,
      '{{ escape_single_quotes(entry.run_id) }}',
      {{ "null" if entry.batch is none else "timestamp '" ~ entry.batch ~ "'" }},
      {{ now }}, {{ now }}, dsql_copies, dsql_copies_published, dsql_key_published
    from dsql_quarantine_entries
    where dsql_row_id not in (select dsql_row_id from {{ quarantine }} where dsql_state <> 'correction')
  {% endcall %}
  {% call statement() %}
    insert into dsql_quarantine_seen select dsql_row_id from dsql_quarantine_entries
  {% endcall %}
  {% set gone = run_query(
       "select count(*) from dsql_quarantine_taken where dsql_row_id in (select dsql_row_id from "
       ~ quarantine ~ " where dsql_state = 'discarded')").columns[0].values()[0] %}
  {% set taken = run_query("select count(*) from dsql_quarantine_taken").columns[0].values()[0] %}
  {% call statement() %}
    delete from {{ relation }} where {{ row }} in (select dsql_row from dsql_quarantine_taken)
  {% endcall %}
  {% do return(run_query('select ' ~ (taken - gone) ~ ', ' ~ gone ~ ', ' ~ stay)) %}
{% endmacro %}
