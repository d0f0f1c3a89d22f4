package file

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
)

// decode reads a file: one of ours as it was written, or any JSON text of the
// original's format. It verifies a checksum first, so that a state whose
// content is damaged is never returned; the records are then read from data as
// they are asked for. Every error is a *noex.CorruptError with the path.
func decode(path string, c contents) (noex.PersistedState, error) {
	state, err := decodeOwn(c)
	if errors.Is(err, errNotOwn) {
		state, err = decodeAny(c.data)
	}
	if err != nil {
		return noex.PersistedState{}, &noex.CorruptError{Path: path, Err: err}
	}
	state.Records = corruptAt(path, state.Records)
	if split := state.Split; split != nil {
		state.Split = func(n int) []iter.Seq2[noex.PersistedRecord, error] {
			parts := split(n)
			for i, part := range parts {
				parts[i] = corruptAt(path, part)
			}
			return parts
		}
	}
	return state, nil
}

// corruptAt makes the errors of records *noex.CorruptErrors.
func corruptAt(path string, records iter.Seq2[noex.PersistedRecord, error]) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		for r, err := range records {
			if err != nil {
				err = &noex.CorruptError{Path: path, Err: err}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// errNotOwn says that a file is not, byte for byte, one that encode wrote.
var errNotOwn = errors.New("not as this package writes it")

// crcTail is the length of the end of a file that its CRC does not cover, and
// crcLine that of the piece with it: from crcText to the end.
const (
	crcTail = 8 + len(tailText)
	crcLine = len(crcText) + crcTail
)

// decodeOwn reads a file that encode wrote. Its CRC covers every byte before
// it, and so stands for the checksum, too, which would take much longer; with it
// verified, lines and pieces can be told without parsing JSON.
func decodeOwn(c contents) (noex.PersistedState, error) {
	var none noex.PersistedState
	data := c.data
	at := len(data) - crcLine
	if at < 0 || !bytes.HasPrefix(data[at:], []byte(crcText)) || !bytes.HasSuffix(data, []byte(tailText)) {
		return none, errNotOwn
	}
	digits := at + len(crcText)
	crc := fmt.Sprintf("%08x", c.covered)
	if stored := data[digits : digits+8]; string(stored) != crc {
		return none, whereDamaged(data, fmt.Errorf("the CRC-32C of the first %d bytes is %s, not %q", digits, crc, stored))
	}
	rest, _, ok1 := cutLast(data[:at], checksumText)
	rest, metadata, ok2 := cutLast(rest, metadataText)
	records, counter, ok3 := cutLast(rest, counterText)
	records, ok4 := bytes.CutPrefix(records, []byte(headText))
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return none, errNotOwn
	}
	var state noex.PersistedState
	if err := json.Unmarshal(metadata, &state.Metadata); err != nil {
		return none, fmt.Errorf("metadata: %w", err)
	}
	n, err := strconv.ParseInt(string(counter), 10, 64)
	if err != nil {
		return none, fmt.Errorf("autoincrementCounter: %w", err)
	}
	state.AutoincrementCounter = n
	state.Records = lines(records, len(headText), true)
	state.Split = func(n int) (parts []iter.Seq2[noex.PersistedRecord, error]) {
		base := len(headText)
		texts := splitLines(records, n)
		for i, text := range texts {
			parts = append(parts, lines(text, base, i == len(texts)-1))
			base += len(text)
		}
		return parts
	}
	return state, nil
}

// cutLast cuts text around the last sep.
func cutLast(text []byte, sep string) (before, after []byte, ok bool) {
	i := bytes.LastIndex(text, []byte(sep))
	if i < 0 {
		return nil, nil, false
	}
	return text[:i], text[i+len(sep):], true
}

// whereDamaged returns where damaged content is no JSON any more, or err if it
// still is.
func whereDamaged(data []byte, err error) error {
	d := codec.NewDecoder(data)
	d.Skip()
	if e := d.End(); e != nil {
		return e
	}
	return err
}

// decodeAny reads a file in the original's format, whatever its white space and
// the order of its members.
func decodeAny(data []byte) (noex.PersistedState, error) {
	var (
		none, state noex.PersistedState
		seen        uint64
		stateText   []byte
		checksum    string
		d           = codec.NewDecoder(data)
	)
	for more := d.Object(); more; more = d.NextMember() {
		switch string(d.Key()) {
		case "state":
			d.Seen(&seen, 0)
			var err error
			if stateText, err = readState(d, data, &state); err != nil {
				return none, err
			}
		case "metadata":
			d.Seen(&seen, 1)
			from := d.Offset()
			text := d.Raw()
			if d.Err() != nil {
				break
			}
			if err := json.Unmarshal(text, &state.Metadata); err != nil {
				return none, fmt.Errorf("metadata at offset %d: %w", from, err)
			}
		case "checksum":
			d.Seen(&seen, 2)
			checksum = d.String()
		default: // such as a CRC that does not hold any more for other white space
			d.SkipMember()
		}
	}
	if err := d.End(); err != nil {
		return none, err
	}
	switch {
	case seen&1 == 0:
		return none, errors.New(`no member "state"`)
	case seen&2 == 0:
		return none, errors.New(`no member "metadata"`)
	case seen&4 == 0:
		return none, errNoChecksum(stateText)
	}
	if err := verify(stateText, checksum); err != nil {
		return none, err
	}
	return state, nil
}

// errNoChecksum refuses a file whose content nothing vouches for.
func errNoChecksum(stateText []byte) error {
	compact, err := codec.Compact(nil, stateText)
	if err != nil {
		return err
	}
	return fmt.Errorf(`no member "checksum", so the content cannot be verified; `+
		`if it is right as it stands, add the last member ,"checksum":"%x"`, sha256.Sum256(compact))
}

// readState reads the member "state", whose records it leaves for later, and
// returns its text. Errors of d stay in d.
func readState(d *codec.Decoder, data []byte, state *noex.PersistedState) (text []byte, err error) {
	var seen uint64
	d.Kind() // moves to the value
	from := d.Offset()
	for more := d.Object(); more; more = d.NextMember() {
		switch string(d.Key()) {
		case "records":
			d.Seen(&seen, 0)
			if d.Kind() != codec.KindArray {
				d.Array() // fails, and says so
				break
			}
			at := d.Offset()
			state.Records = elements(d.Raw(), at)
		case "autoincrementCounter":
			d.Seen(&seen, 1)
			state.AutoincrementCounter = d.Int()
		default:
			d.SkipMember()
		}
	}
	if d.Err() != nil {
		return nil, nil
	}
	switch {
	case seen&1 == 0:
		err = fmt.Errorf(`no member "records" in the state at offset %d`, from)
	case seen&2 == 0:
		err = fmt.Errorf(`no member "autoincrementCounter" in the state at offset %d`, from)
	}
	return data[from:d.Offset()], err
}

// verify checks the state against its checksum: as it stands but for the line
// ends that encode adds, and, where that does not fit, in the form that the
// original hashes.
func verify(stateText []byte, checksum string) error {
	h := sha256.New()
	for line := range bytes.SplitSeq(stateText, []byte{'\n'}) {
		h.Write(line)
	}
	if hex.EncodeToString(h.Sum(nil)) == checksum {
		return nil
	}
	compact, err := codec.Compact(nil, stateText)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(compact); hex.EncodeToString(sum[:]) != checksum {
		return fmt.Errorf("the SHA-256 of the state is %x, not %q", sum, checksum)
	}
	return nil
}
