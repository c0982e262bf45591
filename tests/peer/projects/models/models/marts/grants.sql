{{ config(alias='renamed', full_refresh=false, materialized='incremental', docs={'show': false}, group='finance', access='public') }}
select {{ var('floor') }} as floor, '{{ this.identifier }}' as name, {{ "true" if is_incremental() else "false" }} as again
