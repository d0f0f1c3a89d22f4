// Package btree keeps elements in order: the memory behind ordered indexes and
// ordered buckets.
//
// A Tree is a B-tree that knows how many elements lie below each child, so the
// size of a range costs two descents, and that is copied on write, so a frozen
// copy costs nothing until one of the two is written:
//
//	            ┌─────────────────┐
//	tree ─────▶ │ 17 │ 40         │ owner A     kids: ○ 12, ○ 20, ○ 9
//	            └─┬────┬────┬─────┘                   └ pointer and size
//	       ┌──────┘    │    └──────┐
//	    ┌──▼──┐     ┌──▼──┐     ┌──▼──┐
//	    │ …16 │     │ …39 │     │ 41… │  up to 61 elements each
//	    └─────┘     └─────┘     └─────┘
//
// Every node names its owner. Clone takes the root and gives up the ownership
// of all nodes; the next write takes a new owner and copies the nodes on its
// way that it does not own. The technique is that of github.com/google/btree
// (copyOnWriteContext), the sizes that of github.com/tidwall/btree.
//
// Bounds are predicates rather than elements: a predicate is false for the
// elements before the bound and true from it on. So a range over a part of the
// element, such as its key without its slot, needs no made-up element.
package btree
