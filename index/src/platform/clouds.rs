use super::platform_from_name;

/// Platforms of which a thing for one is of no use on another.
const CLOUDS: [&str; 3] = ["AWS", "Azure", "GCP"];

/// Some of the clouds that exclude each other; none where nothing says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clouds(u8);

impl Clouds {
    /// Those among the platforms of a thing.
    pub fn among(platforms: &[impl AsRef<str>]) -> Clouds {
        let is_there = |cloud: &str| platforms.iter().any(|platform| platform.as_ref() == cloud);
        let bits = (0..).zip(CLOUDS).filter(|(_, cloud)| is_there(cloud));
        Clouds(bits.fold(0, |set, (bit, _)| set | 1 << bit))
    }

    /// Those that a question names, by themselves or by one of their services.
    pub fn named_in(question: &str) -> Clouds {
        Clouds::among(&platform_from_name(question))
    }

    /// Whether what is for these is for none of the others.
    pub fn exclude(self, others: Clouds) -> bool {
        self.0 != 0 && others.0 != 0 && self.0 & others.0 == 0
    }

    /// The set as three bits.
    pub(crate) fn bits(self) -> u8 {
        self.0
    }

    /// The set of [`Clouds::bits`]; bits that mean nothing are left out.
    pub(crate) fn from_bits(bits: u8) -> Clouds {
        Clouds(bits & ((1 << CLOUDS.len()) - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_names_clouds_and_excludes_the_others() {
        let excludes =
            |question: &str, platforms: &[&str]| Clouds::named_in(question).exclude(Clouds::among(platforms));
        assert!(excludes("is an aws database public", &["Azure"]));
        assert!(excludes("stopped EC2 instances", &["GCP", "Kubernetes"]));
        assert!(excludes("cloud run backend answers 403", &["AWS"]));
        assert!(!excludes("is an aws database public", &["Kubernetes", "AWS"]));
        assert!(!excludes("aws or azure", &["Azure"]));
        assert!(!excludes("is an aws database public", &["Kubernetes"]));
        assert!(!excludes("pods keep restarting", &["Azure"]));
    }

    #[test]
    fn bits_come_back() {
        let clouds = Clouds::among(&["GCP", "Linux", "AWS"]);
        assert_eq!(Clouds::from_bits(clouds.bits()), clouds);
        assert_eq!(Clouds::from_bits(0xF8), Clouds::default());
    }
}
