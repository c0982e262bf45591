//! Tokens of a template.

use crate::text::Span;

/// One token with its bytes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Text outside of tags.
    Data,
    /// `{{`
    VariableBegin,
    /// `}}`
    VariableEnd,
    /// `{%`
    BlockBegin,
    /// `%}`
    BlockEnd,
    /// A name or keyword: the bytes of the span.
    Name,
    /// A string, unescaped.
    Text(String),
    /// A whole number.
    Integer(Integer),
    /// A number with a point or exponent.
    Float(f64),
    /// An operator or bracket.
    Operator(Operator),
    /// The end of the template.
    End,
}

/// A whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Integer(pub(super) i128);

macro_rules! operators {
    ($($variant:ident $text:literal,)*) => {
        /// Operators and brackets.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Operator { $($variant,)* }

        impl Operator {
            /// Longer ones first, so that the first match is the longest.
            const ALL: &[(Self, &'static str)] = &[$((Self::$variant, $text),)*];

            /// Returns the characters.
            pub(super) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

operators! {
    FloorDiv "//",
    Pow "**",
    Equal "==",
    NotEqual "!=",
    GreaterEqual ">=",
    LessEqual "<=",
    Add "+",
    Sub "-",
    Div "/",
    Mul "*",
    Mod "%",
    Tilde "~",
    LeftBracket "[",
    RightBracket "]",
    LeftParen "(",
    RightParen ")",
    LeftBrace "{",
    RightBrace "}",
    Greater ">",
    Less "<",
    Assign "=",
    Dot ".",
    Colon ":",
    Pipe "|",
    Comma ",",
    Semicolon ";",
}

impl Operator {
    /// Finds the operator at the start of a text.
    pub(super) fn at_start_of(text: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(_, chars)| text.starts_with(chars))
            .map(|(operator, _)| *operator)
    }

    /// Returns the bracket that closes this one.
    pub(super) fn closer(self) -> Option<Self> {
        match self {
            Self::LeftBracket => Some(Self::RightBracket),
            Self::LeftParen => Some(Self::RightParen),
            Self::LeftBrace => Some(Self::RightBrace),
            _ => None,
        }
    }

    /// Tells whether this closes a bracket.
    pub(super) fn closes(self) -> bool {
        matches!(
            self,
            Self::RightBracket | Self::RightParen | Self::RightBrace
        )
    }
}

impl Token {
    /// Describes the token as Jinja2's messages do; `text` is the template.
    pub(super) fn describe<'a>(&self, text: &'a str) -> &'a str {
        match &self.kind {
            Kind::Name => text.get(self.span.range()).unwrap_or_default(),
            Kind::Operator(operator) => operator.as_str(),
            Kind::Data => "template data / text",
            Kind::VariableBegin => "begin of print statement",
            Kind::VariableEnd => "end of print statement",
            Kind::BlockBegin => "begin of statement block",
            Kind::BlockEnd => "end of statement block",
            Kind::Text(_) => "string",
            Kind::Integer(_) => "integer",
            Kind::Float(_) => "float",
            Kind::End => "end of template",
        }
    }
}

/// Tells whether Python counts a character as white space.
pub(crate) fn is_space(char: char) -> bool {
    char.is_whitespace() || ('\x1c'..='\x1f').contains(&char)
}
