//! The customer directory in the store: takes customers in, finds them, names those who may be one and the same.
//!
//! A customer is written or written anew, never removed, and two are never made one: that is for a person to decide in
//! the system the list comes from. Only rows that lead to a customer by what is no longer theirs go away.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, DeskError, Extra, keys};
use crate::record;
use crate::store::{Commit, Version};
use crate::triage::case::Case;
use crate::triage::directory::{self, CustomerId, Handle, Reason, Record};

/// Customers shown for one question.
pub const MOST: usize = 50;
/// Holders of one number, address or name that are counted and compared.
const SHARED: usize = 10_000;

/// A field that a list of customers can have. What a list lacks stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The customer number.
    Id,
    /// The name.
    Name,
    /// How it is read.
    Kana,
    /// The company.
    Company,
    /// Telephone numbers.
    Phone,
    /// Mail addresses.
    Mail,
    /// What was promised.
    Tier,
    /// Whether the telephone system shows the record.
    Linked,
    /// Products they have.
    Product,
    /// Anything else.
    Note,
}

impl Field {
    /// Its word in answers of commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Id => "number",
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Company => "company",
            Self::Phone => "phone",
            Self::Mail => "mail",
            Self::Tier => "tier",
            Self::Linked => "linked",
            Self::Product => "product",
            Self::Note => "note",
        }
    }
}

/// Two customers with the same number or address: the smaller customer number, the other, and what they share.
pub type Pair = (CustomerId, CustomerId, Reason);

/// What became of customers that were taken in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    /// Written for the first time.
    pub new: usize,
    /// Known before, and the same.
    pub same: usize,
    /// Known before, and what changed.
    pub updated: Vec<(CustomerId, Vec<Field>)>,
    /// Who may be one and the same.
    pub pairs: BTreeSet<Pair>,
}

/// Who has what was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holders {
    /// At most [`MOST`], the strongest reasons first.
    pub known: Vec<Known>,
    /// How many there are.
    pub all: usize,
}

/// A customer who was found, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What is written about them.
    pub record: Record,
    /// Why, the strongest first.
    pub reasons: BTreeSet<Reason>,
}

impl Desk {
    /// Takes customers in, all in one commit; keep a call to some hundred. Of a known customer only the fields in `given`
    /// are written. `dry_run`: only says what would be.
    ///
    /// # Errors
    /// What the store says, or that others kept changing the same customers.
    pub async fn take_customers(
        &self,
        customers: &[Record],
        given: &BTreeSet<Field>,
        dry_run: bool,
    ) -> Result<Taken, DeskError> {
        const ATTEMPTS: u32 = 10;
        for _ in 0..ATTEMPTS {
            let mut taken = Taken::default();
            let mut extra = Extra::default();
            let mut here: BTreeMap<Handle, Vec<CustomerId>> = BTreeMap::new();
            for customer in customers {
                let before = self.customer(&customer.id).await?;
                let next = merged(customer, before.as_ref().map(|(before, _)| before), given);
                self.shared(&next, &mut here, &mut taken.pairs).await?;
                match &before {
                    Some((before, _)) if *before == next => {
                        taken.same = taken.same.saturating_add(1);
                        continue;
                    }
                    Some((before, _)) => taken.updated.push((next.id.clone(), changed(before, &next))),
                    None => taken.new = taken.new.saturating_add(1),
                }
                put(&mut extra, before, &next)?;
            }
            if dry_run || extra.put.is_empty() {
                return Ok(taken);
            }
            match self.commit(&extra).await? {
                Commit::Done(_) => return Ok(taken),
                Commit::Conflict(_) => {}
            }
        }
        Err(DeskError::Contended(ATTEMPTS))
    }

    /// The customer of this number.
    ///
    /// # Errors
    /// What the store says.
    pub async fn customer_called(&self, id: &CustomerId) -> Result<Option<Record>, DeskError> {
        Ok(self.customer(id).await?.map(|(record, _)| record))
    }

    /// A customer and the version of the row.
    async fn customer(&self, id: &CustomerId) -> Result<Option<(Record, Version)>, DeskError> {
        let Some(row) = self.store().get(&keys::customer(id)?).await? else { return Ok(None) };
        let customer = record::customer_from_json(&row.value)
            .map_err(|source| DeskError::Record { key: "customer", source })?;
        Ok(Some((customer, row.version)))
    }

    /// Who else has a number or an address of a customer, in the store or among those taken in with them.
    async fn shared(
        &self,
        customer: &Record,
        here: &mut BTreeMap<Handle, Vec<CustomerId>>,
        pairs: &mut BTreeSet<Pair>,
    ) -> Result<(), DeskError> {
        for handle in customer.handles() {
            let reason = handle.reason();
            if !matches!(reason, Reason::Phone | Reason::Mail) {
                continue;
            }
            let mut others = self.with(&keys::customers_by(&handle), MOST).await?;
            let here = here.entry(handle).or_default();
            others.extend(here.iter().cloned());
            here.push(customer.id.clone());
            pairs.extend(others.into_iter().filter_map(|other| pair(&customer.id, &other, reason)));
        }
        Ok(())
    }

    /// The first customers under a prefix, at most so many.
    async fn with(&self, prefix: &str, most: usize) -> Result<Vec<CustomerId>, DeskError> {
        let rows = self.store().scan(prefix, None, most).await?;
        Ok(rows.iter().filter_map(|row| Some(keys::last_customer(row.key.as_str())?.1)).collect())
    }

    /// Everybody with one of the handles, the strongest reasons first, at most [`MOST`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn find_customers(&self, handles: &[Handle]) -> Result<Holders, DeskError> {
        let mut found: BTreeMap<CustomerId, BTreeSet<Reason>> = BTreeMap::new();
        for handle in handles {
            for id in self.with(&keys::customers_by(handle), SHARED).await? {
                found.entry(id).or_default().insert(handle.reason());
            }
        }
        self.known(found).await
    }

    /// Everybody whose name begins so.
    ///
    /// # Errors
    /// What the store says.
    pub async fn find_beginning(&self, handle: &Handle) -> Result<Holders, DeskError> {
        let ids = self.with(&keys::customers_like(handle), SHARED).await?;
        self.known(ids.into_iter().map(|id| (id, BTreeSet::from([Reason::NameBegins]))).collect()).await
    }

    /// The strongest of them with their records. Hundreds may share a switchboard's number: whoever has the same name, too,
    /// stands before all others, however many there are.
    async fn known(&self, found: BTreeMap<CustomerId, BTreeSet<Reason>>) -> Result<Holders, DeskError> {
        let all = found.len();
        let mut found: Vec<(CustomerId, BTreeSet<Reason>)> = found.into_iter().collect();
        found.sort_by(|(a, why_a), (b, why_b)| {
            let strength = |why: &BTreeSet<Reason>| std::cmp::Reverse(why.len());
            (why_a.first(), strength(why_a), a).cmp(&(why_b.first(), strength(why_b), b))
        });
        let mut known = Vec::new();
        for (id, reasons) in found.into_iter().take(MOST) {
            if let Some((record, _)) = self.customer(&id).await? {
                known.push(Known { record, reasons });
            }
        }
        Ok(Holders { known, all })
    }

    /// Who the customer of a case may be. `None`: there is no directory, or the case has nothing to look for.
    ///
    /// # Errors
    /// What the store says.
    pub async fn registered(&self, case: &Case) -> Result<Option<Holders>, DeskError> {
        let handles = directory::handles(&case.customer);
        if handles.is_empty() || self.store().scan(keys::CUSTOMER, None, 1).await?.is_empty() {
            return Ok(None);
        }
        self.find_customers(&handles).await.map(Some)
    }

    /// Everybody who shares a number or an address with somebody else.
    ///
    /// # Errors
    /// What the store says.
    pub async fn duplicate_customers(&self) -> Result<BTreeSet<Pair>, DeskError> {
        let mut pairs = BTreeSet::new();
        for (prefix, reason) in [(keys::BY_PHONE, Reason::Phone), (keys::BY_MAIL, Reason::Mail)] {
            let mut last: (String, Vec<CustomerId>) = (String::new(), Vec::new());
            let mut pages = self.store().pages(prefix);
            while let Some(rows) = pages.next().await? {
                for (before, id) in rows.iter().filter_map(|row| keys::last_customer(row.key.as_str())) {
                    if last.0 != before {
                        last = (before.to_owned(), Vec::new());
                    }
                    // A number that hundreds share is a switchboard: each is told beside the first ones.
                    pairs.extend(last.1.iter().take(MOST).filter_map(|other| pair(other, &id, reason)));
                    last.1.push(id);
                }
            }
        }
        Ok(pairs)
    }
}

fn pair(one: &CustomerId, other: &CustomerId, reason: Reason) -> Option<Pair> {
    let (first, second) = (one.min(other).clone(), one.max(other).clone());
    (first != second).then_some((first, second, reason))
}

/// A customer as the list has them, and what the list lacks as it was.
fn merged(new: &Record, before: Option<&Record>, given: &BTreeSet<Field>) -> Record {
    let mut next = new.clone();
    let Some(before) = before.cloned() else { return next };
    let keep = |field| !given.contains(&field);
    if keep(Field::Name) {
        next.name = before.name;
    }
    if keep(Field::Kana) {
        next.kana = before.kana;
    }
    if keep(Field::Company) {
        next.company = before.company;
    }
    if keep(Field::Phone) {
        next.phones = before.phones;
    }
    if keep(Field::Mail) {
        next.mails = before.mails;
    }
    if keep(Field::Tier) {
        next.tier = before.tier;
    }
    if keep(Field::Linked) {
        next.linked = before.linked;
    }
    if keep(Field::Product) {
        next.products = before.products;
    }
    if keep(Field::Note) {
        next.note = before.note;
    }
    next
}

fn changed(before: &Record, next: &Record) -> Vec<Field> {
    [
        (Field::Name, before.name != next.name),
        (Field::Kana, before.kana != next.kana),
        (Field::Company, before.company != next.company),
        (Field::Phone, before.phones != next.phones),
        (Field::Mail, before.mails != next.mails),
        (Field::Tier, before.tier != next.tier),
        (Field::Linked, before.linked != next.linked),
        (Field::Product, before.products != next.products),
        (Field::Note, before.note != next.note),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}

/// The rows of a customer.
fn put(extra: &mut Extra, before: Option<(Record, Version)>, next: &Record) -> Result<(), DeskError> {
    let key = keys::customer(&next.id)?;
    let (old, version) = before.map_or_else(Default::default, |(old, at)| (old.handles(), Some(at)));
    let new = next.handles();
    extra.expect.push((key.clone(), version));
    extra.put.push((key, record::customer_to_json(next)));
    for handle in new.difference(&old) {
        extra.put.push((keys::customer_by(handle, &next.id)?, keys::NOTHING.to_vec()));
    }
    for handle in old.difference(&new) {
        extra.delete.push(keys::customer_by(handle, &next.id)?);
    }
    Ok(())
}
