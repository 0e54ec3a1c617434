//! How near an item is to what was asked for.

/// How near an item is to what was asked for. The nearest comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closeness {
    /// It is that: 사과 for `사과`, 사과 (후지) for `후지 사과`.
    #[default]
    Itself,
    /// Its item or its variety is called that: 사과 (후지) for `사과` and for `후지`.
    Named,
    /// One of its names begins so: 사과대추 for `사과`.
    Begins,
    /// One of its names has it inside: 꽃사과 for `사과`.
    Contains,
    /// One of its names is a typo away from it.
    Typo,
}

impl Closeness {
    const ALL: [Self; 5] = [Self::Itself, Self::Named, Self::Begins, Self::Contains, Self::Typo];

    /// Its place from the nearest on.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Itself => 0,
            Self::Named => 1,
            Self::Begins => 2,
            Self::Contains => 3,
            Self::Typo => 4,
        }
    }

    /// The closeness with this rank.
    #[must_use]
    pub fn from_rank(rank: u8) -> Option<Self> {
        Self::ALL.get(usize::from(rank)).copied()
    }
}
