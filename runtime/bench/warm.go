package main

import "runtime"

// room is more than most peers take for a record, with what they leave to the collector.
const room = 1 << 10

// warm sees to it that the process has memory to give for n records. What is measured next
// does not wait for the kernel to hand it over then, page by page, which on a virtual
// machine may take as long as the rest of an insert, and falls to one peer or another.
func warm(n int) {
	const size, page = 1 << 16, 1 << 12
	pieces := make([][]byte, n*room/size+1) // small ones fit into gaps
	for i := range pieces {
		pieces[i] = make([]byte, size)
		for at := 0; at < size; at += page {
			pieces[i][at] = 1
		}
	}
	runtime.KeepAlive(pieces)
	runtime.GC()
}
