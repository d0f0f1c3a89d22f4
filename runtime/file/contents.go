package file

import (
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// contents is a file in memory, and what tells whether it is whole.
type contents struct {
	data []byte
	identity
	// covered is the CRC-32C of what the one in a file of ours covers.
	covered uint32
}

func contentsOf(data []byte) contents {
	c := contents{data: data}
	c.sum(0, len(data))
	return c
}

// sum takes note of the bytes of data from one offset to another, which come in
// turn.
func (c *contents) sum(from, to int) {
	end := max(len(c.data)-crcTail, 0)
	mid := min(max(from, end), to)
	c.crc = crc32.Update(c.crc, castagnoli, c.data[from:mid])
	if mid == end {
		c.covered = c.crc
	}
	c.crc = crc32.Update(c.crc, castagnoli, c.data[mid:to])
	c.size = int64(to)
}

// read reads a whole file.
func (a *Adapter) read(ctx context.Context, path string) (c contents, err error) {
	f, err := a.fs.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return c, err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return c, err
	}
	if int64(int(size)) != size {
		return c, fmt.Errorf("%s: %d bytes do not fit into memory", path, size)
	}
	c.data = make([]byte, size)
	const block = 512 << 10 // is summed while it is in the processor's cache
	for at := 0; at < len(c.data); {
		n, err := io.ReadFull(f, c.data[at:min(at+block, len(c.data))])
		if err != nil {
			return c, fmt.Errorf("read %s: %w", path, err)
		}
		c.sum(at, at+n)
		at += n
		if err := ctx.Err(); err != nil {
			return c, err
		}
	}
	return c, ctx.Err()
}
