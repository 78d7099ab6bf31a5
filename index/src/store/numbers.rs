//! Ascending document numbers in few bytes: the difference to the number before, seven bits a byte,
//! the lowest first, the high bit set on all bytes of a difference but its last.

/// Encodes strictly ascending numbers.
pub(super) fn encode(numbers: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.len());
    let mut next = 0;
    for &number in numbers {
        debug_assert!(number >= next, "numbers ascend");
        let mut gap = number - next;
        while gap >= 0x80 {
            bytes.push(gap as u8 | 0x80);
            gap >>= 7;
        }
        bytes.push(gap as u8);
        next = number.saturating_add(1);
    }
    bytes
}

/// Calls `each` with every number; `None` where the bytes are no list of numbers below `limit`.
pub(super) fn decode(bytes: &[u8], limit: u32, mut each: impl FnMut(u32)) -> Option<()> {
    let mut bytes = bytes.iter();
    let mut next: u32 = 0;
    while !bytes.as_slice().is_empty() {
        let mut gap: u64 = 0;
        for shift in (0..35).step_by(7) {
            let byte = *bytes.next()?;
            gap |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
            if shift == 28 {
                return None;
            }
        }
        let number = u32::try_from(u64::from(next) + gap).ok().filter(|number| *number < limit)?;
        each(number);
        next = number.checked_add(1)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(bytes: &[u8], limit: u32) -> Option<Vec<u32>> {
        let mut numbers = Vec::new();
        decode(bytes, limit, |number| numbers.push(number)).map(|()| numbers)
    }

    #[test]
    fn the_limit_holds() {
        assert_eq!(decoded(&encode(&[3, 9]), 10), Some(vec![3, 9]));
        assert_eq!(decoded(&encode(&[3, 10]), 10), None);
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(numbers in proptest::collection::btree_set(0..u32::MAX, 0..200)) {
            let numbers: Vec<u32> = numbers.into_iter().collect();
            prop_assert_eq!(decoded(&encode(&numbers), u32::MAX), Some(numbers));
        }

        #[test]
        fn any_bytes_give_ascending_numbers_or_nothing(bytes: Vec<u8>, limit: u32) {
            if let Some(numbers) = decoded(&bytes, limit) {
                prop_assert!(numbers.is_sorted_by(|a, b| a < b));
                prop_assert!(numbers.iter().all(|number| *number < limit));
            }
        }
    }
}
