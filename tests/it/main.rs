//! One native test binary.

mod corpora;
