package noex

import "github.com/noexgen/noexgen/runtime/codec"

// Members of stored records that the definition does not know are kept beside
// the records, as bytes, so that generated types have no place for them. Those
// of nested objects are put back where their object is when a record is written;
// codec.FitNested says what becomes of them when it changes.

// keepNested adds the unknown members of nested objects to those of a record
// that was just read.
func (t *table) keepNested(d *codec.Decoder, r *row, extra []byte) []byte {
	if !d.HasNested() {
		return extra
	}
	return d.Nested(extra, t.known(r))
}

// fitUnknown brings the unknown members of the record at slot to what r, which
// takes its place, has of nested objects.
func (t *table) fitUnknown(slot uint32, r *row) {
	if extra := t.records.Extra(slot); codec.HasNestedMembers(extra) {
		t.records.SetExtra(slot, codec.FitNested(extra, t.known(r)))
	}
}

// known is a record as it is written without unknown members.
func (t *table) known(r *row) []byte {
	return codec.CloseObject(t.append(nil, r, codec.Stored), 0, nil)
}
