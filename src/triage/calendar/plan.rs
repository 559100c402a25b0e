//! What is written down about days: hours of a week, holidays, days off, extra days. Knows no instant and no zone.

use jiff::civil::Date;

use super::japan;

/// Opening hours on a day, in minutes after its midnight. An end past [`Hours::DAY`] lies on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    from: u16,
    until: u16,
}

impl Hours {
    /// Minutes of a day.
    pub const DAY: u16 = 24 * 60;

    /// Hours from one time of day to another, both in minutes after midnight. One that is not later than the first lies
    /// on the next day; `None` for a time that no day has, and for hours without an end.
    pub const fn new(from: u16, until: u16) -> Option<Self> {
        if from >= Self::DAY || until > Self::DAY || from == until {
            return None;
        }
        Some(Self { from, until: if until < from { until + Self::DAY } else { until } })
    }

    /// When they begin.
    pub const fn from(self) -> u16 {
        self.from
    }

    /// When they end.
    pub const fn until(self) -> u16 {
        self.until
    }

    /// Whether they have a minute in common with other hours of the same day.
    pub const fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// Whether they reach into hours of the next day.
    pub const fn reaches_into(self, next: Self) -> bool {
        next.from + Self::DAY < self.until
    }
}

/// Days by their dates, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// These days and no others.
    Once {
        /// The first one.
        first: Date,
        /// The last one.
        last: Date,
    },
    /// The same days in every year, by month and day; the last may come before the first and lies in the next year then.
    Yearly {
        /// The first one.
        first: (i8, i8),
        /// The last one.
        last: (i8, i8),
    },
}

impl Days {
    /// Whether a date is among them.
    pub fn contain(self, date: Date) -> bool {
        match self {
            Self::Once { first, last } => (first..=last).contains(&date),
            Self::Yearly { first, last } => {
                let day = (date.month(), date.day());
                if first <= last { first <= day && day <= last } else { first <= day || day <= last }
            }
        }
    }
}

/// Whose holidays are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Holidays {
    /// Nobody's.
    #[default]
    None,
    /// The national holidays of Japan.
    Japan,
}

impl Holidays {
    /// What the holiday on a date is called.
    pub fn on(self, date: Date) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Japan => japan::holiday(date),
        }
    }
}

/// What applies on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day<'p> {
    /// Somebody is there.
    Open(&'p [Hours]),
    /// Nobody is there, for this reason.
    Shut(Shut),
}

/// Why nobody is there on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// The week has no hours for it.
    Weekday,
    /// A holiday, by its name.
    Holiday(&'static str),
    /// A day off of our own.
    Own,
}

/// What is written down about days. An extra day goes before a day off, that before a holiday, and that before the week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    week: [Vec<Hours>; 7],
    on_holidays: Vec<Hours>,
    holidays: Holidays,
    closed: Vec<Days>,
    extra: Vec<(Days, Vec<Hours>)>,
}

impl Plan {
    /// A plan from the hours of a week, Monday first.
    pub fn new(week: [Vec<Hours>; 7]) -> Self {
        Self { week: week.map(sorted), ..Self::default() }
    }

    /// Every hour of every day.
    pub fn always() -> Self {
        let all_day = Hours { from: 0, until: Hours::DAY };
        Self::new(std::array::from_fn(|_| vec![all_day]))
    }

    /// Holidays are kept, with these hours on them; usually none.
    #[must_use]
    pub fn keeping(mut self, holidays: Holidays, hours: Vec<Hours>) -> Self {
        (self.holidays, self.on_holidays) = (holidays, sorted(hours));
        self
    }

    /// Nobody is there on these days.
    #[must_use]
    pub fn closed(mut self, days: impl IntoIterator<Item = Days>) -> Self {
        self.closed.extend(days);
        self
    }

    /// Somebody is there on these days, whatever else is said about them.
    #[must_use]
    pub fn open(mut self, days: Days, hours: Vec<Hours>) -> Self {
        self.extra.push((days, sorted(hours)));
        self
    }

    /// What applies on a day.
    pub fn day(&self, date: Date) -> Day<'_> {
        if let Some((_, hours)) = self.extra.iter().find(|(days, _)| days.contain(date)) {
            return Day::Open(hours);
        }
        if self.closed.iter().any(|days| days.contain(date)) {
            return Day::Shut(Shut::Own);
        }
        if let Some(name) = self.holidays.on(date) {
            return if self.on_holidays.is_empty() {
                Day::Shut(Shut::Holiday(name))
            } else {
                Day::Open(&self.on_holidays)
            };
        }
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        match self.week.get(weekday) {
            Some(hours) if !hours.is_empty() => Day::Open(hours),
            Some(_) | None => Day::Shut(Shut::Weekday),
        }
    }
}

fn sorted(mut hours: Vec<Hours>) -> Vec<Hours> {
    hours.sort_unstable();
    hours
}
