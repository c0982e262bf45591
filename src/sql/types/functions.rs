//! Types that functions return.

use super::{SqlType, common};

/// Returns the type of a call, as far as the name and the types of its arguments tell. The name is in
/// lower case.
pub(in crate::sql) fn returned(name: &str, arguments: &[SqlType]) -> SqlType {
    call(name, arguments).settled()
}

fn call(name: &str, arguments: &[SqlType]) -> SqlType {
    use SqlType::{
        Boolean, Date, Decimal, Double, Integer, Interval, List, Timestamp, TimestampTz, Varchar,
    };
    const BIGINT: SqlType = SqlType::BIGINT;
    let unknown = SqlType::Unknown;
    let first = arguments.first().unwrap_or(&unknown);
    let second = arguments.get(1).unwrap_or(&unknown);
    let list = |of: &SqlType| match of.is_known() {
        true => List(Box::new(of.clone())),
        false => SqlType::Unknown,
    };
    match name {
        "count"
        | "count_star"
        | "count_if"
        | "countif"
        | "approx_count_distinct"
        | "row_number"
        | "rank"
        | "dense_rank"
        | "ntile"
        | "length"
        | "len"
        | "char_length"
        | "character_length"
        | "strlen"
        | "bit_length"
        | "instr"
        | "strpos"
        | "position"
        | "date_part"
        | "datepart"
        | "date_diff"
        | "datediff"
        | "date_sub"
        | "datesub"
        | "year"
        | "month"
        | "day"
        | "hour"
        | "minute"
        | "second"
        | "quarter"
        | "week"
        | "dayofweek"
        | "weekday"
        | "dayofyear"
        | "dayofmonth"
        | "isodow"
        | "isoyear"
        | "yearweek"
        | "weekofyear"
        | "decade"
        | "century"
        | "millennium"
        | "era"
        | "millisecond"
        | "microsecond"
        | "epoch_ms"
        | "epoch_us"
        | "epoch_ns"
        | "list_unique"
        | "array_length"
        | "regr_count"
        | "grouping"
        | "grouping_id" => match (name, first) {
            ("epoch_ms", Integer { .. }) => Timestamp,
            ("count_if" | "countif", _) => SqlType::HUGEINT,
            ("list_unique", _) => Integer {
                bits: 64,
                signed: false,
            },
            _ => BIGINT,
        },
        "percent_rank"
        | "cume_dist"
        | "avg"
        | "mean"
        | "stddev"
        | "stddev_pop"
        | "stddev_samp"
        | "variance"
        | "var_pop"
        | "var_samp"
        | "corr"
        | "covar_pop"
        | "covar_samp"
        | "sqrt"
        | "cbrt"
        | "exp"
        | "ln"
        | "log"
        | "log10"
        | "log2"
        | "pow"
        | "power"
        | "pi"
        | "sin"
        | "cos"
        | "tan"
        | "asin"
        | "acos"
        | "atan"
        | "atan2"
        | "cot"
        | "degrees"
        | "radians"
        | "random"
        | "epoch"
        | "julian"
        | "skewness"
        | "kurtosis"
        | "entropy"
        | "fsum"
        | "kahan_sum"
        | "favg"
        | "regr_slope"
        | "regr_intercept"
        | "regr_r2"
        | "jaro_similarity"
        | "jaro_winkler_similarity"
        | "jaccard" => match (name, first) {
            ("avg" | "mean", Timestamp | TimestampTz | Interval | Date) => match first {
                Date => Timestamp,
                other => other.clone(),
            },
            _ => Double,
        },
        "sum" => match first {
            Integer { .. } | Boolean => SqlType::HUGEINT,
            Decimal(_, behind) => Decimal(38, *behind),
            SqlType::Float | Double => Double,
            Interval => Interval,
            _ => unknown,
        },
        "min" | "max" | "any_value" | "arbitrary" | "first" | "last" | "first_value"
        | "last_value" | "nth_value" | "lag" | "lead" | "mode" | "arg_min" | "arg_max"
        | "argmin" | "argmax" | "min_by" | "max_by" | "nullif" | "abs" | "product" | "bit_and"
        | "bit_or" | "bit_xor" | "quantile_disc" | "list_sort" | "list_distinct"
        | "array_distinct" | "list_reverse" | "list_filter" | "array_filter" | "array_sort"
        | "list_slice" | "array_slice" | "map_concat" => match (name, first) {
            ("product", _) => Double,
            // The first few of them, instead of the first.
            ("min" | "max", _) if arguments.len() == 2 => list(first),
            ("arg_min" | "arg_max" | "argmin" | "argmax" | "min_by" | "max_by", _)
                if arguments.len() == 3 =>
            {
                list(first)
            }
            ("quantile_disc", _) if matches!(second, List(_)) => list(first),
            _ => first.clone(),
        },
        "median" | "quantile_cont" | "percentile_cont" | "quantile" | "percentile_disc" => {
            let one = match (name, first) {
                ("quantile" | "percentile_disc", _) => first.clone(),
                (_, Integer { .. } | SqlType::Float | Double | SqlType::Null) => Double,
                (_, Date) => Timestamp,
                _ => first.clone(),
            };
            match second {
                List(_) => list(&one),
                _ => one,
            }
        }
        "coalesce" | "ifnull" | "nvl" | "greatest" | "least" => {
            let mut arguments = arguments.iter();
            let first = arguments.next().cloned().unwrap_or_default();
            arguments.fold(first, |left, right| common(&left, right))
        }
        "if" | "iff" => arguments
            .get(2)
            .map_or_else(|| second.clone(), |third| common(second, third)),
        "concat"
        | "concat_ws"
        | "lower"
        | "upper"
        | "lcase"
        | "ucase"
        | "trim"
        | "ltrim"
        | "rtrim"
        | "btrim"
        | "substr"
        | "substring"
        | "left"
        | "right"
        | "lpad"
        | "rpad"
        | "replace"
        | "translate"
        | "repeat"
        | "reverse"
        | "initcap"
        | "md5"
        | "sha1"
        | "sha256"
        | "split_part"
        | "regexp_replace"
        | "regexp_extract"
        | "strftime"
        | "to_char"
        | "monthname"
        | "dayname"
        | "string_agg"
        | "listagg"
        | "group_concat"
        | "format"
        | "printf"
        | "chr"
        | "hex"
        | "to_hex"
        | "bin"
        | "to_base64"
        | "base64"
        | "typeof"
        | "pg_typeof"
        | "current_schema"
        | "current_database"
        | "current_user"
        | "user"
        | "version"
        | "url_encode"
        | "url_decode"
        | "json_extract_string"
        | "array_to_string"
        | "list_aggr"
        | "strip_accents"
        | "overlay"
        | "current_catalog" => match (name, first) {
            ("list_aggr", _) => unknown,
            ("concat" | "repeat", List(_)) => first.clone(),
            ("md5", _) if arguments.is_empty() => unknown,
            _ => Varchar,
        },
        "like"
        | "ilike"
        | "contains"
        | "starts_with"
        | "ends_with"
        | "prefix"
        | "suffix"
        | "regexp_matches"
        | "regexp_full_match"
        | "isnan"
        | "isinf"
        | "isfinite"
        | "bool_and"
        | "bool_or"
        | "every"
        | "list_contains"
        | "list_has"
        | "array_contains"
        | "array_has"
        | "list_has_any"
        | "list_has_all"
        | "json_valid"
        | "json_exists"
        | "exists"
        | "not"
        | "has_schema_privilege" => Boolean,
        "current_date" | "today" | "last_day" | "make_date" | "to_date" => Date,
        "current_timestamp"
        | "now"
        | "get_current_timestamp"
        | "transaction_timestamp"
        | "to_timestamp"
        | "timezone"
        | "make_timestamptz" => match (name, second) {
            ("timezone", TimestampTz) => Timestamp,
            _ => TimestampTz,
        },
        "localtimestamp"
        | "current_localtimestamp"
        | "strptime"
        | "try_strptime"
        | "make_timestamp"
        | "time_bucket" => match (name, second) {
            ("time_bucket", Date | TimestampTz) => second.clone(),
            _ => Timestamp,
        },
        "date_trunc" | "datetrunc" => match second {
            Date => Timestamp,
            other => other.clone(),
        },
        "date_add" => match first {
            Date => Timestamp,
            other => other.clone(),
        },
        "age" | "to_days" | "to_months" | "to_years" | "to_hours" | "to_minutes" | "to_seconds"
        | "to_weeks" | "to_milliseconds" | "to_microseconds" => Interval,
        "round" | "trunc" | "floor" | "ceil" | "ceiling" | "sign" => match (name, first) {
            (_, Integer { bits: 128, .. }) if name != "sign" => Double,
            ("sign", _) => Integer {
                bits: 8,
                signed: true,
            },
            (_, Decimal(digits, _)) if arguments.len() == 1 => Decimal(*digits, 0),
            ("round", Decimal(..)) => unknown,
            ("floor" | "ceil" | "ceiling" | "trunc", Integer { .. }) => first.clone(),
            _ => first.clone(),
        },
        "fmod" => Double,
        "mod" => common(first, second),
        "list" | "array_agg" | "list_value" | "array_value" | "histogram_values" => match name {
            "list_value" | "array_value" => {
                let all = arguments.iter().skip(1);
                list(&all.fold(first.clone(), |left, right| common(&left, right)))
            }
            _ => list(first),
        },
        "string_split"
        | "str_split"
        | "split"
        | "string_to_array"
        | "regexp_split_to_array"
        | "string_split_regex"
        | "str_split_regex"
        | "regexp_extract_all"
        | "json_keys" => list(&Varchar),
        "range" | "generate_series" => match first {
            Integer { .. } => list(&BIGINT),
            Date => list(&Timestamp),
            other => list(other),
        },
        "unnest" | "explode" | "flatten" | "list_extract" | "array_extract" | "element_at"
        | "list_element" => match (name, first) {
            ("flatten", List(of)) => (**of).clone(),
            ("flatten", _) => unknown,
            _ => first.element(),
        },
        "list_concat" | "list_cat" | "array_concat" | "array_cat" => common(first, second),
        "list_append" | "array_append" => first.clone(),
        "map_keys" => match first {
            SqlType::Map(key, _) => list(key),
            _ => unknown,
        },
        "map_values" => match first {
            SqlType::Map(_, value) => list(value),
            _ => unknown,
        },
        "hash" => Integer {
            bits: 64,
            signed: false,
        },
        "uuid" | "gen_random_uuid" | "uuidv4" | "uuidv7" => SqlType::Other("UUID".to_owned()),
        "to_json" | "json" | "json_extract" | "json_object" | "json_array" | "row_to_json"
        | "json_merge_patch" | "json_group_array" | "json_group_object" | "array_to_json" => {
            SqlType::Other("JSON".to_owned())
        }
        "ascii" | "unicode" | "ord" | "levenshtein" | "editdist3" | "hamming" => match name {
            "ascii" | "unicode" | "ord" => SqlType::INTEGER,
            _ => BIGINT,
        },
        "factorial" => SqlType::HUGEINT,
        "json_array_length" => Integer {
            bits: 64,
            signed: false,
        },
        _ => unknown,
    }
}
