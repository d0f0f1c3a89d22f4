package jsonschema

import (
	"bytes"
	"encoding/json"
)

// object is a JSON object that keeps its order, which is that of
// documentation: editors show it.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	buf := bytes.NewBufferString("{")
	for i, m := range o {
		if i > 0 {
			buf.WriteByte(',')
		}
		if err := encode(buf, m.name); err != nil {
			return nil, err
		}
		buf.WriteByte(':')
		if err := encode(buf, m.value); err != nil {
			return nil, err
		}
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}

// encode writes a value as people write it: with & and < as they are.
func encode(buf *bytes.Buffer, v any) error {
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	buf.Truncate(len(bytes.TrimRight(buf.Bytes(), "\n")))
	return err
}
