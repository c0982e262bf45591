{# Who started it, where, of which state of the project, and what it has changed. #}
{% macro duckdb__event_run_facts() %}
      started.facts->>'$.project' as project,
      started.facts->>'$.target' as target,
      started.facts->>'$.command' as typed,
      started.facts->>'$.user' as started_by,
      started.facts->>'$.host' as host,
      started.facts->>'$.ci.system' as ci_system,
      started.facts->>'$.ci.job' as ci_job,
      started.facts->>'$.git.commit' as git_commit,
      started.facts->>'$.git.branch' as git_branch,
      (started.facts->>'$.git.is_dirty')::boolean as is_dirty,
      change.relations_written,
      change.rows_written,
{% endmacro %}
