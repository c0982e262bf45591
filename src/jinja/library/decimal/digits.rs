//! Whole numbers of any length, as decimal digits: the coefficients of decimals.

use std::cmp::Ordering;

/// Digits, the most significant first, without leading zeros; zero has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Digits(Vec<u8>);

impl Digits {
    /// Reads ASCII digits.
    pub(super) fn parse(text: &str) -> Self {
        Self::trimmed(text.bytes().map(|byte| byte - b'0').collect())
    }

    pub(super) fn from_u128(number: u128) -> Self {
        Self::parse(&number.to_string())
    }

    fn trimmed(digits: Vec<u8>) -> Self {
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        Self(digits[zeros..].to_vec())
    }

    /// Returns how many digits there are; zero has one.
    pub(super) fn len(&self) -> usize {
        self.0.len().max(1)
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn is_odd(&self) -> bool {
        self.0.last().is_some_and(|digit| digit % 2 == 1)
    }

    /// Writes the digits.
    pub(super) fn text(&self) -> String {
        match self.is_zero() {
            true => "0".to_owned(),
            false => self
                .0
                .iter()
                .map(|digit| char::from(b'0' + digit))
                .collect(),
        }
    }

    /// Counts the zeros at the end.
    pub(super) fn trailing_zeros(&self) -> usize {
        self.0.iter().rev().take_while(|digit| **digit == 0).count()
    }

    /// Multiplies by a power of ten.
    pub(super) fn shifted(&self, zeros: usize) -> Self {
        if self.is_zero() {
            return Self::default();
        }
        let mut digits = self.0.clone();
        digits.resize(digits.len() + zeros, 0);
        Self(digits)
    }

    /// Cuts digits off the end; returns what is left and what was cut.
    pub(super) fn split(&self, cut: usize) -> (Self, Self) {
        let at = self.0.len().saturating_sub(cut);
        (
            Self(self.0[..at].to_vec()),
            Self::trimmed(self.0[at..].to_vec()),
        )
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let length = self.0.len().cmp(&other.0.len());
        length.then_with(|| self.0.cmp(&other.0))
    }

    pub(super) fn add(&self, other: &Self) -> Self {
        let mut sum = Vec::with_capacity(self.len().max(other.len()) + 1);
        let mut carry = 0;
        let (mut a, mut b) = (self.0.iter().rev(), other.0.iter().rev());
        loop {
            let digits = (a.next(), b.next());
            if digits == (None, None) && carry == 0 {
                break;
            }
            let total = digits.0.unwrap_or(&0) + digits.1.unwrap_or(&0) + carry;
            sum.push(total % 10);
            carry = total / 10;
        }
        sum.reverse();
        Self::trimmed(sum)
    }

    /// Subtracts a number that is not larger.
    pub(super) fn sub(&self, other: &Self) -> Self {
        let mut rest = Vec::with_capacity(self.0.len());
        let mut borrow = 0;
        let mut b = other.0.iter().rev();
        for a in self.0.iter().rev() {
            let take = b.next().unwrap_or(&0) + borrow;
            borrow = u8::from(*a < take);
            rest.push(a + 10 * borrow - take);
        }
        rest.reverse();
        Self::trimmed(rest)
    }

    pub(super) fn mul(&self, other: &Self) -> Self {
        let mut columns = vec![0u32; self.0.len() + other.0.len()];
        for (i, a) in self.0.iter().rev().enumerate() {
            for (j, b) in other.0.iter().rev().enumerate() {
                columns[i + j] += u32::from(*a) * u32::from(*b);
            }
        }
        let mut carry = 0;
        let mut product: Vec<u8> = Vec::with_capacity(columns.len());
        for column in columns {
            let total = column + carry;
            product.push((total % 10) as u8);
            carry = total / 10;
        }
        product.reverse();
        Self::trimmed(product)
    }

    /// Divides by a number that is not zero; returns quotient and rest.
    pub(super) fn div_rem(&self, other: &Self) -> (Self, Self) {
        let mut quotient = Vec::with_capacity(self.0.len());
        let mut rest = Self::default();
        for digit in &self.0 {
            rest.0.push(*digit);
            rest = Self::trimmed(rest.0);
            let mut times = 0;
            while rest.compare(other).is_ge() {
                rest = rest.sub(other);
                times += 1;
            }
            quotient.push(times);
        }
        (Self::trimmed(quotient), rest)
    }
}
