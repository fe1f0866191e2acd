//! Search in Norwegian and English texts: analysis of words, and an index behind a face of ours.
