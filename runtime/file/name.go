package file

import (
	"errors"
	"fmt"
	"strings"
)

// A key is stored in the file whose name is one of two:
//
//   - its plain name, which is the name the original system gives it: the key
//     with '_' for ':' and ".json" behind. It is used for keys of the form
//     <store>:bucket:<bucket> whose two names consist of ASCII letters, digits,
//     '-' and '_', if "_bucket_" stands in the file name only once, because
//     then the key can be told from the name, and if no other file has the
//     name but for upper and lower case.
//   - its encoded name, for all others: the key with every byte percent-encoded
//     except a to z, 0 to 9, '-' and '_', and ".json" behind. Where nothing
//     else has to be, the first byte is encoded. So an encoded name has a '%',
//     a plain one has none, and no two differ in case only.
const (
	extension = ".json"
	// prevSuffix is appended to the name of a file for the state before.
	prevSuffix = ".prev"
	// newInfix and a random number are appended to the name of a file for one
	// that is being written. It does not end as the original's do, which
	// removes those of others.
	newInfix = ".new-"
	// corruptInfix, a time and a number are appended to the name of a file
	// that was set aside.
	corruptInfix = ".corrupt-"
	lockName     = "LOCK"
	// maxName leaves room for what is appended in the 255 bytes that file
	// systems allow.
	maxName = 200
)

const bucketInfix = "_bucket_"

// plainName returns the plain name of a key, if it has one.
func plainName(key string) (name string, ok bool) {
	store, bucket, found := strings.Cut(key, ":bucket:")
	if !found || !isPlain(store) || !isPlain(bucket) {
		return "", false
	}
	stem := store + bucketInfix + bucket
	_, ok = splitPlain(stem)
	return stem + extension, ok
}

// splitPlain returns the key whose plain name has this stem.
func splitPlain(stem string) (key string, ok bool) {
	i := strings.Index(stem, bucketInfix)
	if i < 0 || i != strings.LastIndex(stem, bucketInfix) {
		return "", false
	}
	store, bucket := stem[:i], stem[i+len(bucketInfix):]
	if !isPlain(store) || !isPlain(bucket) {
		return "", false
	}
	return store + ":bucket:" + bucket, true
}

func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLiteral(c) && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

// isLiteral tells the bytes that an encoded name holds as they are.
func isLiteral(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// encodedName returns the encoded name of a key.
func encodedName(key string) string {
	var b strings.Builder
	all := true // so far
	for i := range len(key) {
		all = all && isLiteral(key[i])
	}
	for i := range len(key) {
		if c := key[i]; isLiteral(c) && !(all && i == 0) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String() + extension
}

// keyOf returns the key that is stored in a file of this name.
func keyOf(name string) (key string, ok bool) {
	stem, ok := strings.CutSuffix(name, extension)
	if !ok || stem == "" {
		return "", false
	}
	if !strings.Contains(stem, "%") {
		return splitPlain(stem)
	}
	var b []byte
	for i := 0; i < len(stem); i++ {
		c := stem[i]
		if c == '%' {
			if i+2 >= len(stem) {
				return "", false
			}
			c = unhex(stem[i+1])<<4 | unhex(stem[i+2])
			i += 2
		}
		b = append(b, c)
	}
	key = string(b)
	return key, encodedName(key) == name
}

func unhex(c byte) byte {
	if c >= 'A' {
		return c - 'A' + 10
	}
	return c - '0'
}

// catalog knows which key is in which file of a directory. The caller holds a
// lock.
type catalog struct {
	names map[string]string // by key
	keys  map[string]string // by file name in lower case; "" for strangers
}

// newCatalog reads the names in a directory.
func newCatalog(entries []string) (*catalog, error) {
	c := &catalog{names: map[string]string{}, keys: map[string]string{}}
	for _, name := range entries {
		key, ok := keyOf(name)
		if ok {
			if other, twice := c.names[key]; twice {
				return nil, fmt.Errorf("%s and %s both hold %q: move one of them away", other, name, key)
			}
			c.names[key] = name
		}
		c.keys[strings.ToLower(name)] = key
	}
	return c, nil
}

// name returns the name of the file of a key. A key that has no file keeps the
// name it is given here.
func (c *catalog) name(key string) (string, error) {
	if name, ok := c.names[key]; ok {
		return name, nil
	}
	if key == "" {
		return "", errors.New("empty storage key")
	}
	name, ok := plainName(key)
	if _, taken := c.keys[strings.ToLower(name)]; !ok || taken {
		name = encodedName(key)
	}
	if len(name) > maxName {
		return "", fmt.Errorf("storage key %q is too long for a file name", key)
	}
	c.names[key] = name
	c.keys[strings.ToLower(name)] = key
	return name, nil
}
