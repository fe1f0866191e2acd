//! Long tables in pages: which rows are shown, and the addresses of the pages beside.

use varde_web::Visit;

/// A page of rows among others.
pub(crate) struct Pager {
    /// Which rows of how many, in words.
    pub(crate) status: String,
    /// The page before.
    pub(crate) previous: Option<String>,
    /// The page after.
    pub(crate) next: Option<String>,
}

impl Pager {
    /// The page of that number, from 1, where a page has so many rows of so many. `status` is the key of a
    /// text with `$first`, `$last` and `$total`; `turned` gives the address of another page.
    pub(crate) fn of(
        visit: &Visit,
        status: &str,
        page: i64,
        size: i64,
        total: i64,
        turned: impl Fn(i64) -> String,
    ) -> Self {
        let (first, last) = (((page - 1) * size + 1).min(total), (page * size).min(total));
        let arguments = [("first", first.into()), ("last", last.into()), ("total", total.into())];
        Self {
            status: visit.t_with(status, &arguments),
            previous: (page > 1).then(|| turned(page - 1)),
            next: (page < pages(size, total)).then(|| turned(page + 1)),
        }
    }
}

/// How many pages there are; at least one.
pub(crate) fn pages(size: i64, total: i64) -> i64 {
    ((total + size - 1) / size).max(1)
}

/// The page that is asked for, or the last when there were more of them once.
pub(crate) fn asked(text: &str, size: i64, total: i64) -> i64 {
    text.parse().unwrap_or(1).clamp(1, pages(size, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        assert_eq!([asked("", 25, 60), asked("2", 25, 60), asked("99", 25, 60), asked("-1", 25, 60)], [1, 2, 3, 1]);
        assert_eq!([asked("5", 25, 0), asked("2", 25, 50), asked("3", 25, 50)], [1, 2, 2]);
    }
}
