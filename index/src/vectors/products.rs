//! The inner loops of a scan: products of a question with rows of codes and of f16.
//!
//! They are written without closures, in steps of [`LANES`] numbers, and handed to [`Arch::dispatch`] as
//! types: all of such a type's code is inlined into a function that is compiled for processors with AVX2
//! too, which is chosen where the processor has it. The sums are the same on each: they are
//! added in the same order, or of whole numbers, where no order matters.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m128i, __m256i};

use pulp::{Arch, NullaryFnOnce};
#[cfg(target_arch = "x86_64")]
use pulp::{cast, x86::V3};

/// Numbers that are multiplied side by side.
const LANES: usize = 16;

/// The products of a question's codes with rows of codes, one row behind the other, a sum for each row.
///
/// No sum overflows within [`super::layout::MAX_DIMENSIONS`].
pub(super) fn of_codes(query: &[i16], rows: &[u8], sums: &mut Vec<i32>) {
    match Arch::new() {
        #[cfg(target_arch = "x86_64")]
        Arch::V3(simd) => simd.vectorize(OfCodes { blocks: InPairs(simd), query, rows, sums }),
        arch => arch.dispatch(OfCodes { blocks: OneByOne, query, rows, sums }),
    }
}

/// The product of a question with the f16 values of a row, each given by its bytes, lowest first.
pub(super) fn of_halves(query: &[f32], row: &[[u8; 2]]) -> f32 {
    Arch::new().dispatch(OfHalves { query, row })
}

struct OfCodes<'a, B> {
    blocks: B,
    query: &'a [i16],
    rows: &'a [u8],
    sums: &'a mut Vec<i32>,
}

impl<B: Blocks> NullaryFnOnce for OfCodes<'_, B> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (query_blocks, query_rest) = self.query.as_chunks::<LANES>();
        for row in self.rows.chunks_exact(self.query.len().max(1)) {
            let (blocks, rest) = row.as_chunks::<LANES>();
            let mut sum = self.blocks.product(query_blocks, blocks);
            for (query, code) in query_rest.iter().zip(rest) {
                sum += i32::from(*query) * i32::from(*code);
            }
            self.sums.push(sum);
        }
    }
}

/// How the whole blocks of a row are multiplied; the sum is the same either way.
trait Blocks: Copy {
    fn product(self, query: &[[i16; LANES]], row: &[[u8; LANES]]) -> i32;
}

/// Each number by itself, on any processor.
#[derive(Clone, Copy)]
struct OneByOne;

impl Blocks for OneByOne {
    #[inline(always)]
    fn product(self, query: &[[i16; LANES]], row: &[[u8; LANES]]) -> i32 {
        let mut sums = [0_i32; LANES];
        for (query, codes) in query.iter().zip(row) {
            for lane in 0..LANES {
                sums[lane] += i32::from(query[lane]) * i32::from(codes[lane]);
            }
        }
        total(sums)
    }
}

/// Sixteen numbers multiplied and each two products added in one step, which the compiler does not find by
/// itself.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
struct InPairs(V3);

#[cfg(target_arch = "x86_64")]
impl Blocks for InPairs {
    #[inline(always)]
    fn product(self, query: &[[i16; LANES]], row: &[[u8; LANES]]) -> i32 {
        let avx2 = self.0.avx2;
        let mut sums: __m256i = cast([0_i32; LANES / 2]);
        for (query, codes) in query.iter().zip(row) {
            let (query, codes): (__m256i, __m128i) = (cast(*query), cast(*codes));
            let products = avx2._mm256_madd_epi16(query, avx2._mm256_cvtepu8_epi16(codes));
            sums = avx2._mm256_add_epi32(sums, products);
        }
        total(cast::<_, [i32; LANES / 2]>(sums))
    }
}

#[inline(always)]
fn total<const N: usize>(lanes: [i32; N]) -> i32 {
    let mut sum = 0;
    for lane in lanes {
        sum += lane;
    }
    sum
}

struct OfHalves<'a> {
    query: &'a [f32],
    row: &'a [[u8; 2]],
}

impl NullaryFnOnce for OfHalves<'_> {
    type Output = f32;

    #[inline(always)]
    fn call(self) -> f32 {
        let (query_blocks, query_rest) = self.query.as_chunks::<LANES>();
        let (blocks, rest) = self.row.as_chunks::<LANES>();
        let mut sums = [0.0_f32; LANES];
        for (query, halves) in query_blocks.iter().zip(blocks) {
            for lane in 0..LANES {
                sums[lane] += query[lane] * widened(halves[lane]);
            }
        }
        let mut sum = 0.0;
        for lane in sums {
            sum += lane;
        }
        for (query, half) in query_rest.iter().zip(rest) {
            sum += query * widened(*half);
        }
        sum
    }
}

/// The f32 of a finite f16: its bits at the place where an f32 has them, times the difference of what the
/// two add to their exponents, which is exact for the subnormal ones too.
#[inline(always)]
fn widened(half: [u8; 2]) -> f32 {
    let half = u32::from(half[0]) | u32::from(half[1]) << 8;
    let magnitude = f32::from_bits((half & 0x7fff) << 13) * f32::from_bits((127 + 112) << 23);
    f32::from_bits(magnitude.to_bits() | (half & 0x8000) << 16)
}

#[cfg(test)]
mod tests {
    use half::f16;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_finite_f16_is_the_f32_that_it_means() {
        for half in (0..=u16::MAX).map(f16::from_bits).filter(|half| half.is_finite()) {
            assert_eq!(widened(half.to_le_bytes()).to_bits(), half.to_f32().to_bits(), "{half}");
        }
    }

    proptest! {
        #[test]
        fn sums_are_those_of_plain_loops(
            query in vec(-128_i16..128, 1..70),
            rows in vec(any::<u8>(), 0..400),
        ) {
            let mut sums = Vec::new();
            of_codes(&query, &rows, &mut sums);
            let product = |row: &[u8]| query.iter().zip(row).map(|(q, c)| i32::from(*q) * i32::from(*c)).sum();
            let plain: Vec<i32> = rows.chunks_exact(query.len()).map(product).collect();
            prop_assert_eq!(sums, plain);

            let values: Vec<f32> = query.iter().map(|value| f32::from(*value)).collect();
            let row: Vec<[u8; 2]> = rows.iter().map(|code| f16::from_f32(f32::from(*code)).to_le_bytes()).collect();
            let plain: i32 = query.iter().zip(&rows).map(|(q, c)| i32::from(*q) * i32::from(*c)).sum();
            if row.len() >= values.len() {
                // Small whole numbers: every sum is exact.
                prop_assert_eq!(of_halves(&values, &row[..values.len()]), plain as f32);
            }
        }
    }
}
