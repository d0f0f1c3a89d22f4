package btree

import "pgregory.net/rapid"

// check fails the test unless the tree is well formed.
func check(t rapid.TB, tree *Tree) {
	t.Helper()
	if tree.root == nil {
		if tree.n != 0 {
			t.Fatalf("no root, but %d elements", tree.n)
		}
		return
	}
	if tree.root.n == 0 {
		t.Fatal("the root is empty")
	}
	leafDepth := -1
	var last *Entry
	var visit func(n *node, depth int, root, edge bool) int
	visit = func(n *node, depth int, root, edge bool) int {
		if n.n > maxItems || n.n < 1 || n.n < minItems && !root && !edge {
			t.Fatalf("node with %d items at depth %d", n.n, depth)
		}
		var zero Entry
		for _, e := range n.items[n.n:] {
			if any(e) != any(zero) {
				t.Fatal("a free place holds on to an element")
			}
		}
		if n.kids == nil {
			if leafDepth < 0 {
				leafDepth = depth
			}
			if depth != leafDepth {
				t.Fatalf("leaves at depth %d and %d", leafDepth, depth)
			}
		}
		total := n.n
		for i := range n.n + 1 {
			if n.kids != nil {
				got := visit(n.kids.node[i], depth+1, false, edge && i == n.n)
				if got != n.kids.size[i] {
					t.Fatalf("child of %d elements counted as %d", got, n.kids.size[i])
				}
				total += got
			}
			if i < n.n {
				if last != nil && tree.compare(*last, n.items[i]) >= 0 {
					t.Fatalf("%v after %v", n.items[i], *last)
				}
				last = &n.items[i]
			}
		}
		if n.kids != nil {
			for _, kid := range n.kids.node[n.n+1:] {
				if kid != nil {
					t.Fatal("a free place holds on to a child")
				}
			}
		}
		return total
	}
	if got := visit(tree.root, 0, true, true); got != tree.n {
		t.Fatalf("%d elements counted as %d", got, tree.n)
	}
}

// nodes counts the nodes of a tree.
func nodes(n *node) int {
	total := 1
	if n.kids != nil {
		for _, kid := range n.kids.node[:n.n+1] {
			total += nodes(kid)
		}
	}
	return total
}
