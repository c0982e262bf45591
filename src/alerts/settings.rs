//! What `dsql.yml` says of `alerts`: routes, which of them get what, and when.

use std::collections::BTreeSet;

use chrono::{NaiveTime, TimeDelta};

use super::observed::{Kind, RunFacts, Severity};
use super::template::{render, sample};
use super::when::Quiet;
use crate::check::Layer;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::graph::selection::{IndirectSelection, Spec};
use crate::nodes::Resources;
use crate::project::SettingsReader;
use crate::system::{MailSecurity, is_mail_address};
use crate::text::{FileId, Location};
use crate::yaml::{Mapping, Node, Value};

/// Where something is handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// There.
    Url(String),
    /// Where the environment says.
    Variable(String),
}

/// A mail server, and who writes to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub security: MailSecurity,
    /// The user, and the variable that holds the password.
    pub login: Option<(String, String)>,
    /// Who writes.
    pub from: String,
    /// To whom.
    pub to: Vec<String>,
}

/// How messages go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// By mail.
    Email(Email),
    /// To Slack.
    Slack(Address),
    /// To Teams.
    Teams(Address),
    /// To any address.
    Webhook(Address),
}

impl Channel {
    /// The word for its kind.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Slack(_) => "slack",
            Self::Teams(_) => "teams",
            Self::Webhook(_) => "webhook",
        }
    }
}

/// A template of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// Its path below the project.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The file.
    pub file: FileId,
    /// Where it is named.
    pub location: Location,
}

/// A word, and where it is said.
#[derive(Debug, Clone)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Its place.
    pub location: Location,
}

/// A way out, and what takes it.
#[derive(Debug, Clone)]
pub struct Route {
    /// What people call it.
    pub name: String,
    /// How messages go out.
    pub channel: Channel,
    /// What they look like; none means as is usual.
    pub template: Option<TemplateFile>,
    /// How bad something is at least.
    pub severity: Severity,
    /// The kinds; none means all.
    pub kinds: Vec<Kind>,
    /// Who answers for it; none means anybody.
    pub owners: Vec<Word>,
    /// The targets on which runs are told of; none means any.
    pub targets: Vec<String>,
    /// Its tags; none means any.
    pub tags: Vec<Word>,
    /// Its layers; none means any.
    pub layers: Vec<Layer>,
    /// The nodes; none means all.
    pub spec: Option<Spec>,
    /// When nothing goes out.
    pub quiet: Option<Quiet>,
}

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Settings {
    /// In the order of the file.
    pub routes: Vec<Route>,
    /// How long a repeat is no news.
    pub repeat_after: TimeDelta,
    /// How many rows an alert shows.
    pub rows: usize,
}

const PAGE: &str = "docs/alerts.md";
const KEYS: &[&str] = &["quiet", "repeat_after", "routes", "rows"];
const CHANNELS: [&str; 4] = ["email", "slack", "teams", "webhook"];
const ROUTE_KEYS: &[&str] = &[
    "email", "kind", "layer", "owner", "quiet", "select", "severity", "slack", "tag", "target",
    "teams", "template", "webhook",
];
const EMAIL_KEYS: &[&str] = &["from", "host", "password_env", "port", "tls", "to", "user"];
const ADDRESS_KEYS: &[&str] = &["url", "url_env"];
const QUIET_KEYS: &[&str] = &["from", "time_zone", "to"];
/// How a connection is kept from others, and the usual port for that.
const SECURITY: [(&str, MailSecurity, u16); 3] = [
    ("none", MailSecurity::None, 25),
    ("starttls", MailSecurity::StartTls, 587),
    ("tls", MailSecurity::Tls, 465),
];
/// How long a repeat is no news, unless that is said.
const REPEAT_AFTER: TimeDelta = TimeDelta::hours(24);
/// How many rows an alert shows, unless that is said.
const ROWS: usize = 5;
/// The most that can be wanted.
const MOST_ROWS: usize = 50;

/// Reads a file of the project for its text.
pub type Load<'a> = &'a mut dyn FnMut(&str, Location) -> Result<(FileId, String), Box<Diagnostic>>;

impl Settings {
    /// Reads the file; without the key nothing is wanted. `load` reads templates.
    pub fn read(
        file: Option<&Node>,
        has_events: bool,
        load: Load<'_>,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let node = file.and_then(Node::as_map).and_then(|it| it.get("alerts"));
        let Some(node) = node.filter(|it| !it.is_null()) else {
            return (None, Vec::new());
        };
        let mut reader = Reader {
            reader: SettingsReader::new(PAGE),
            load,
        };
        if !has_events {
            let message = "`alerts` have nothing to tell of without events";
            reader.wrong(node, message, "write `events: true` beside it");
        }
        let settings = reader.settings(node);
        (settings, reader.reader.findings)
    }

    /// Finds owners and tags of routes that nothing in the project has: such a route tells of nothing.
    pub fn check(&self, resources: &Resources) -> Vec<Diagnostic> {
        let owners = || {
            let answerers = resources.linked().flat_map(|it| resources.answerers(it));
            let names = answerers.flat_map(|it| [Some(it.name), it.email, it.group]);
            names.flatten().collect()
        };
        let tags = || {
            let tags = resources.linked().flat_map(|it| it.tags());
            tags.cloned().collect()
        };
        let mut found = self.unknown(
            |it| &it.owners,
            owners,
            |owner| format!("`{owner}` answers for nothing"),
            "owners are those of groups and exposures, and `meta: {owner: …}`",
        );
        found.extend(self.unknown(
            |it| &it.tags,
            tags,
            |tag| format!("nothing has the tag `{tag}`"),
            "tags are those of models, sources, tests and folders",
        ));
        found
    }

    /// Says which words of routes are not known; what is, is only asked if there are some.
    fn unknown(
        &self,
        words: impl Fn(&Route) -> &[Word],
        known: impl FnOnce() -> BTreeSet<String>,
        say: impl Fn(&str) -> String,
        help: &str,
    ) -> Vec<Diagnostic> {
        if self.routes.iter().all(|it| words(it).is_empty()) {
            return Vec::new();
        }
        let known = known();
        let said = self.routes.iter();
        let said = said.flat_map(|it| words(it).iter().map(|word| (&it.name, word)));
        let unknown = said.filter(|(_, it)| !known.contains(&it.text));
        let found = unknown.map(|(route, it)| {
            let what = say(&it.text);
            let message = format!("{what}, so the route `{route}` gets nothing by it");
            let near = did_you_mean(&it.text, known.iter().map(String::as_str));
            let help = near.map_or(help.to_owned(), |near| format!("did you mean `{near}`?"));
            let finding = Diagnostic::warning(Code::InvalidSettings, message);
            finding.at(it.location).help(help)
        });
        found.collect()
    }

    /// Tries all templates; what is wrong with one is told at its place.
    pub fn try_templates(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let alert = sample("shop", "dev", RunFacts::default());
        for route in &self.routes {
            if let Some(template) = &route.template
                && let Err(finding) = render(template, &route.channel, &alert)
            {
                found.push(*finding);
            }
        }
        found
    }

    /// Finds a route.
    pub fn route(&self, name: &str) -> Option<&Route> {
        self.routes.iter().find(|it| it.name == name)
    }
}

struct Reader<'a> {
    reader: SettingsReader,
    load: Load<'a>,
}

impl Reader<'_> {
    fn settings(&mut self, node: &Node) -> Option<Settings> {
        let map = self.reader.map(node, "`alerts`")?;
        self.reader.keys(map, KEYS, "`alerts`");
        let quiet = given(map, "quiet").and_then(|it| self.quiet(it));
        let mut routes = Vec::new();
        match given(map, "routes").map(|it| (it, it.as_map())) {
            Some((_, Some(all))) => {
                for entry in all {
                    let name = entry.key.as_str().unwrap_or_default();
                    routes.extend(self.route(name, &entry.value, quiet));
                }
            }
            Some((node, None)) => self
                .reader
                .wrong(node, "`routes` must be a mapping of names to routes"),
            None => {
                let help = "write `routes: {team: {slack: {url_env: SLACK_URL}}}`";
                self.wrong(node, "`alerts` have no `routes`", help);
            }
        }
        let repeat_after = given(map, "repeat_after").and_then(|it| self.span(it));
        let rows = given(map, "rows").and_then(|it| self.rows(it));
        Some(Settings {
            routes,
            repeat_after: repeat_after.unwrap_or(REPEAT_AFTER),
            rows: rows.unwrap_or(ROWS),
        })
    }

    fn route(&mut self, name: &str, node: &Node, quiet: Option<Quiet>) -> Option<Route> {
        let named = format!("the route `{name}`");
        let map = self.reader.map(node, &named)?;
        self.reader.keys(map, ROUTE_KEYS, &named);
        let channel = self.channel(&named, node, map);
        let template = given(map, "template").and_then(|it| self.template(it));
        let own_quiet = match given(map, "quiet") {
            Some(node) if crate::project::is_off(node) => Some(None),
            Some(node) => Some(self.quiet(node)),
            None => None,
        };
        let severities = Severity::ALL.map(Severity::as_str);
        let severity = self.one_of(map, "severity", &severities, Severity::named);
        Some(Route {
            severity: severity.first().copied().unwrap_or(Severity::Warn),
            kinds: self.one_of(map, "kind", &Kind::ALL.map(Kind::as_str), Kind::named),
            layers: self.one_of(map, "layer", &Layer::ALL.map(Layer::as_str), Layer::named),
            owners: self.words(map, "owner"),
            tags: self.words(map, "tag"),
            targets: self.texts(map, "target"),
            spec: self.spec(map),
            quiet: own_quiet.unwrap_or(quiet),
            name: name.to_owned(),
            channel: channel?,
            template,
        })
    }

    fn channel(&mut self, named: &str, node: &Node, map: &Mapping) -> Option<Channel> {
        let given: Vec<(&str, &Node)> = CHANNELS
            .iter()
            .filter_map(|it| Some((*it, given(map, it)?)))
            .collect();
        let [(kind, channel)] = given.as_slice() else {
            let message = match given.is_empty() {
                true => format!("{named} leads nowhere"),
                false => format!("{named} leads to several places"),
            };
            self.wrong(
                node,
                &message,
                "name one of `email`, `slack`, `teams`, `webhook`",
            );
            return None;
        };
        match *kind {
            "email" => self.email(channel).map(Channel::Email),
            "slack" => self.address(kind, channel).map(Channel::Slack),
            "teams" => self.address(kind, channel).map(Channel::Teams),
            _ => self.address(kind, channel).map(Channel::Webhook),
        }
    }

    fn address(&mut self, kind: &str, node: &Node) -> Option<Address> {
        let map = self.reader.map(node, &format!("`{kind}`"))?;
        self.reader.keys(map, ADDRESS_KEYS, &format!("`{kind}`"));
        let url = self.reader.text(map, "url");
        let variable = self.reader.text(map, "url_env");
        match (url, variable) {
            (None, Some(variable)) => Some(Address::Variable(variable)),
            (Some(url), None) if url.starts_with("http://") || url.starts_with("https://") => {
                Some(Address::Url(url))
            }
            (Some(_), None) => {
                let at = given(map, "url").unwrap_or(node);
                let message = "`url` must begin with `http://` or `https://`";
                self.wrong(at, message, "write the whole address");
                None
            }
            _ => {
                let message = format!("`{kind}` needs a `url` or a `url_env`");
                self.wrong(
                    node,
                    &message,
                    "`url_env` names a variable: addresses of webhooks are secrets",
                );
                None
            }
        }
    }

    fn email(&mut self, node: &Node) -> Option<Email> {
        let map = self.reader.map(node, "`email`")?;
        self.reader.keys(map, EMAIL_KEYS, "`email`");
        let words = SECURITY.map(|it| it.0);
        let security = match given(map, "tls") {
            // YAML reads `tls: off` so.
            Some(node) if crate::project::is_off(node) => Some(SECURITY[0]),
            _ => {
                let find = |word: &str| SECURITY.into_iter().find(|it| it.0 == word);
                self.one_of(map, "tls", &words, find).first().copied()
            }
        };
        let (_, security, usual) = security.unwrap_or(SECURITY[1]);
        let port = match given(map, "port") {
            Some(node) => self.port(node),
            None => Some(usual),
        };
        let login = match (
            self.reader.text(map, "user"),
            self.reader.text(map, "password_env"),
        ) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            _ => {
                let help = "the password itself does not belong into the file";
                self.wrong(node, "`user` and `password_env` go together", help);
                None
            }
        };
        let needed = |reader: &mut Self, key: &str| {
            let text = reader.reader.text(map, key);
            if given(map, key).is_none() {
                let message = format!("`email` has no `{key}`");
                reader.wrong(node, &message, &format!("write `{key}: …`"));
            }
            text
        };
        let (host, from) = (needed(self, "host"), needed(self, "from"));
        let to = self.texts(map, "to");
        if to.is_empty() {
            self.wrong(
                node,
                "`email` has no `to`",
                "write `to: [team@example.com]`",
            );
        }
        for (key, address) in from
            .iter()
            .map(|it| ("from", it))
            .chain(to.iter().map(|it| ("to", it)))
        {
            if !is_mail_address(address) {
                let at = given(map, key).unwrap_or(node);
                let message = format!("`{address}` is no address of mail");
                self.wrong(
                    at,
                    &message,
                    "write `ann@example.com` or `Ann <ann@example.com>`",
                );
            }
        }
        Some(Email {
            host: host?,
            port: port?,
            security,
            login,
            from: from?,
            to,
        })
    }

    fn port(&mut self, node: &Node) -> Option<u16> {
        let port = match node.value {
            Value::Int(number) => u16::try_from(number).ok(),
            _ => None,
        };
        if port.is_none() {
            self.wrong(
                node,
                "`port` is no number from 1 to 65535",
                "leave it out for the usual one",
            );
        }
        port
    }

    fn template(&mut self, node: &Node) -> Option<TemplateFile> {
        let Some(path) = node.as_str() else {
            self.reader
                .wrong(node, "`template` must be the path of a file");
            return None;
        };
        match (self.load)(path, node.location) {
            Ok((file, text)) => Some(TemplateFile {
                path: path.to_owned(),
                text,
                file,
                location: node.location,
            }),
            Err(finding) => {
                self.reader.findings.push(*finding);
                None
            }
        }
    }

    fn quiet(&mut self, node: &Node) -> Option<Quiet> {
        let map = self.reader.map(node, "`quiet`")?;
        self.reader.keys(map, QUIET_KEYS, "`quiet`");
        let from = self.hour(node, map, "from");
        let to = self.hour(node, map, "to");
        let zone = match self.reader.text(map, "time_zone") {
            None => chrono_tz::UTC,
            Some(name) => match name.parse() {
                Ok(zone) => zone,
                Err(_) => {
                    let at = given(map, "time_zone").unwrap_or(node);
                    let names = chrono_tz::TZ_VARIANTS.iter().map(|it| it.name());
                    let help = match did_you_mean(&name, names) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "write it as `Europe/Zurich`".to_owned(),
                    };
                    self.wrong(at, &format!("there is no time zone `{name}`"), &help);
                    return None;
                }
            },
        };
        Some(Quiet {
            from: from?,
            to: to?,
            zone,
        })
    }

    fn hour(&mut self, node: &Node, map: &Mapping, key: &str) -> Option<NaiveTime> {
        let found = given(map, key);
        let read = match found.map(|it| &it.value) {
            // YAML reads 22:00 as a number of minutes.
            Some(Value::Int(number)) => u32::try_from(*number)
                .ok()
                .and_then(|it| NaiveTime::from_hms_opt(it / 60, it % 60, 0)),
            _ => found
                .and_then(Node::as_str)
                .and_then(|it| NaiveTime::parse_from_str(it, "%H:%M").ok()),
        };
        if read.is_none() {
            let message = format!("`{key}` of `quiet` must be a time of day");
            self.wrong(found.unwrap_or(node), &message, "write it as \"22:00\"");
        }
        read
    }

    fn span(&mut self, node: &Node) -> Option<TimeDelta> {
        let text = node.as_str().unwrap_or_default();
        let split = text.find(|it: char| !it.is_ascii_digit());
        let (number, unit) = text.split_at(split.unwrap_or(text.len()));
        let read = number.parse().ok().and_then(|number: i64| match unit {
            "m" => TimeDelta::try_minutes(number),
            "h" => TimeDelta::try_hours(number),
            "d" => TimeDelta::try_days(number),
            _ => None,
        });
        if read.is_none() {
            self.wrong(
                node,
                "`repeat_after` must be a span of time",
                "write it as `24h`, `30m` or `7d`",
            );
        }
        read
    }

    fn rows(&mut self, node: &Node) -> Option<usize> {
        let rows = match node.value {
            Value::Int(number) => usize::try_from(number).ok().filter(|it| *it <= MOST_ROWS),
            _ => None,
        };
        if rows.is_none() {
            let message = format!("`rows` is no number from 0 to {MOST_ROWS}");
            self.wrong(node, &message, "0 shows none");
        }
        rows
    }

    fn spec(&mut self, map: &Mapping) -> Option<Spec> {
        let node = given(map, "select")?;
        let words = self.texts(map, "select");
        let (spec, wrong) = Spec::parse(&words, &[], IndirectSelection::default());
        let wrong = wrong.into_iter().map(|it| it.at(node.location));
        self.reader.findings.extend(wrong);
        Some(spec)
    }

    /// Reads a word or a list of words.
    fn words(&mut self, map: &Mapping, key: &str) -> Vec<Word> {
        let Some(node) = given(map, key) else {
            return Vec::new();
        };
        let items = node.as_seq().unwrap_or(std::slice::from_ref(node));
        let mut words = Vec::new();
        for item in items {
            match item.as_str() {
                Some(word) => words.push(Word {
                    text: word.to_owned(),
                    location: item.location,
                }),
                None => {
                    let message = format!("`{key}` must be a word or a list of words");
                    self.reader.wrong(item, &message);
                }
            }
        }
        words
    }

    fn texts(&mut self, map: &Mapping, key: &str) -> Vec<String> {
        let words = self.words(map, key).into_iter();
        words.map(|it| it.text).collect()
    }

    /// Reads words that stand for something each.
    fn one_of<T>(
        &mut self,
        map: &Mapping,
        key: &str,
        known: &[&'static str],
        find: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = given(map, key) else {
            return Vec::new();
        };
        let items = node.as_seq().unwrap_or(std::slice::from_ref(node));
        let mut found = Vec::new();
        for item in items {
            match item.as_str().and_then(&find) {
                Some(it) => found.push(it),
                None => {
                    let said = format!("there is no {key}");
                    self.reader.unknown(item, known.iter().copied(), &said);
                }
            }
        }
        found
    }

    fn wrong(&mut self, node: &Node, message: &str, help: &str) {
        let finding = Diagnostic::error(Code::InvalidSettings, message).at(node.location);
        self.reader.findings.push(finding.help(help));
    }
}

fn given<'n>(map: &'n Mapping, key: &str) -> Option<&'n Node> {
    map.get(key).filter(|it| !it.is_null())
}
