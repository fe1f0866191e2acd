//! Trees as nested lists that open and close without scripts: a branch is a `details`, a leaf a link.

use std::collections::HashSet;

use super::text::Words;

/// A node before it has its place: nodes name the one above them.
pub(crate) struct Node {
    pub(crate) key: String,
    /// The key of the node above; a node whose parent is not there stands at the top.
    pub(crate) above: Option<String>,
    pub(crate) name: Words,
    /// What stands behind the name, such as how many variables.
    pub(crate) note: String,
    /// Where it leads; a node without an address only holds others.
    pub(crate) href: Option<String>,
    /// Whether it is what the page shows.
    pub(crate) current: bool,
}

/// A node at its place, in the order of the page.
pub(crate) struct Item {
    pub(crate) name: Words,
    pub(crate) note: String,
    pub(crate) href: Option<String>,
    pub(crate) current: bool,
    /// Whether it holds others, which follow.
    pub(crate) branch: bool,
    /// Whether it is open.
    pub(crate) open: bool,
    /// How many branches end after it.
    pub(crate) closes: usize,
}

/// Trees that are no larger than this are open from the start.
const SMALL: usize = 40;

/// The nodes as a tree, siblings in the order given. Each node occurs once, also when they go in a ring.
pub(crate) fn tree(nodes: Vec<Node>) -> Vec<Item> {
    let keys: HashSet<&str> = nodes.iter().map(|node| node.key.as_str()).collect();
    let mut below: std::collections::HashMap<Option<&str>, Vec<usize>> = std::collections::HashMap::new();
    for (at, node) in nodes.iter().enumerate() {
        let above = node.above.as_deref().filter(|above| keys.contains(above) && *above != node.key);
        below.entry(above).or_default().push(at);
    }
    let mut placed = Vec::with_capacity(nodes.len());
    let mut seen = HashSet::new();
    for root in below.get(&None).cloned().unwrap_or_default() {
        place(&nodes, &below, root, &mut seen, &mut placed);
    }
    // Those of a ring hang together and from nothing.
    for at in 0..nodes.len() {
        place(&nodes, &below, at, &mut seen, &mut placed);
    }
    let small = nodes.len() <= SMALL;
    let on_the_way = on_the_way(&nodes);
    let mut nodes: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    let item = |Placed { at, branch, closes }: Placed| {
        let node = nodes.get_mut(at).and_then(Option::take)?;
        let open = small || on_the_way.contains(&node.key);
        let Node { name, note, href, current, .. } = node;
        Some(Item { name, note, href, current, branch, open, closes })
    };
    placed.into_iter().filter_map(item).collect()
}

/// The keys of what is shown and of everything above it.
fn on_the_way(nodes: &[Node]) -> HashSet<String> {
    let mut keys = HashSet::new();
    let mut next = nodes.iter().find(|node| node.current);
    while let Some(node) = next {
        if !keys.insert(node.key.clone()) {
            break;
        }
        next = nodes.iter().find(|other| Some(&other.key) == node.above.as_ref());
    }
    keys
}

struct Placed {
    at: usize,
    branch: bool,
    closes: usize,
}

fn place(
    nodes: &[Node],
    below: &std::collections::HashMap<Option<&str>, Vec<usize>>,
    at: usize,
    seen: &mut HashSet<usize>,
    placed: &mut Vec<Placed>,
) {
    if !seen.insert(at) {
        return;
    }
    let here = placed.len();
    placed.push(Placed { at, branch: false, closes: 0 });
    for child in below.get(&Some(nodes[at].key.as_str())).into_iter().flatten() {
        place(nodes, below, *child, seen, placed);
    }
    let branch = placed.len() > here + 1;
    placed[here].branch = branch;
    if branch && let Some(last) = placed.last_mut() {
        last.closes += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(key: &str, above: Option<&str>) -> Node {
        let name = Words { text: key.to_owned(), lang: "" };
        Node {
            key: key.to_owned(),
            above: above.map(str::to_owned),
            name,
            note: String::new(),
            href: None,
            current: key == "d",
        }
    }

    fn told(items: &[Item]) -> Vec<(&str, bool, usize)> {
        items.iter().map(|item| (item.name.text.as_str(), item.branch, item.closes)).collect()
    }

    #[test]
    fn children_follow_their_parents_and_every_branch_ends() {
        let items = tree(vec![
            node("d", Some("b")),
            node("a", None),
            node("b", Some("a")),
            node("c", Some("a")),
            node("e", Some("x")),
        ]);
        assert_eq!(told(&items), [("a", true, 0), ("b", true, 0), ("d", false, 1), ("c", false, 1), ("e", false, 0)]);
    }

    #[test]
    fn a_ring_loses_nobody_and_ends() {
        let items = tree(vec![node("a", Some("b")), node("b", Some("a")), node("c", Some("c"))]);
        assert_eq!(items.len(), 3);
        assert_eq!(
            items.iter().map(|item| item.closes).sum::<usize>(),
            items.iter().filter(|item| item.branch).count()
        );
    }

    #[test]
    fn a_large_tree_is_closed_but_for_the_way_to_what_is_shown() {
        let mut nodes = vec![node("a", None), node("b", Some("a")), node("d", Some("b")), node("z", None)];
        nodes.extend((0..100).map(|n| node(&format!("n{n}"), Some("z"))));
        let items = tree(nodes);
        let open: Vec<&str> = items.iter().filter(|item| item.open).map(|item| item.name.text.as_str()).collect();
        assert_eq!(open, ["a", "b", "d"]);
    }
}
