//! `log()` and `print()`.

use std::sync::Arc;

use crate::events::{Event, Sink};
use crate::jinja::Value;
use crate::jinja::library::bind;
use crate::jinja::library::object::function;
use crate::jinja::python::text;

/// Makes `log`.
pub(super) fn log(sink: Arc<dyn Sink>) -> Value {
    function("log", move |_, args| {
        let [message, info] = bind("log", ["msg", "info"], 1, args)?;
        let message = text(&message.unwrap_or_default());
        let info = info.is_some_and(|it| it.is_true());
        sink.emit(Event::UserMessage {
            message,
            info,
            print: false,
        });
        Ok(Value::from(""))
    })
}

/// Makes `print`.
pub(super) fn print(sink: Arc<dyn Sink>) -> Value {
    function("print", move |_, args| {
        let [message] = bind("print", ["msg"], 1, args)?;
        let message = text(&message.unwrap_or_default());
        sink.emit(Event::UserMessage {
            message,
            info: true,
            print: true,
        });
        Ok(Value::from(""))
    })
}
