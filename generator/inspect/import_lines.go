package inspect

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
)

// read reads all lines, holds each against the definition, and puts the records
// into the spool.
func (im *importer) read(ctx context.Context) error {
	in := bufio.NewReaderSize(im.From, 1<<16)
	for line := 1; !im.enough(); line++ {
		text, err := in.ReadBytes('\n')
		if text = bytes.TrimSpace(text); len(text) > 0 {
			if err := im.line(line, text); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if line%1000 == 0 {
			im.step("reading line %d", line)
		}
	}
	if im.enough() {
		return im.failed()
	}
	return nil
}

func (im *importer) line(line int, text []byte) error {
	record, err := im.decode(text)
	if err != nil {
		im.wrong(line, "%v", err)
		return nil
	}
	key, err := keyText(record[im.bucket.Key.Name])
	if err != nil {
		im.wrong(line, "%s %v", im.bucket.Key.Name, err)
		return nil
	}
	if other := im.lines[key]; other > 0 {
		im.wrong(line, "the key %s stands in line %d as well", key, other)
		return nil
	}
	im.lines[key] = line
	for _, why := range append(violations(im.bucket, record), metaViolations(record)...) {
		im.wrong(line, "%s", why)
	}
	im.noteUnknown(line, "", im.bucket.Fields, record)
	im.counter = max(im.counter, number(im.bucket, record))
	var value bytes.Buffer
	if err := json.Compact(&value, text); err != nil {
		im.wrong(line, "%v", err)
		return nil
	}
	return im.spool.add(noex.PersistedRecord{Key: []byte(key), Value: im.complete(value.Bytes(), record)})
}

// decode reads a line, which has to be JSON as strict as the runtime wants it.
func (im *importer) decode(text []byte) (map[string]any, error) {
	d := codec.NewDecoder(text)
	kind := d.Kind()
	d.Skip()
	if err := d.End(); err != nil {
		return nil, err
	}
	if kind != codec.KindObject {
		return nil, errors.New("a record is a JSON object, and this is none")
	}
	return decode(text)
}

// noteUnknown notes the members of a record that the definition does not know,
// once each. The runtime keeps those of the record itself.
func (im *importer) noteUnknown(line int, path string, fields []*model.Field, object map[string]any) {
	byName := make(map[string]*model.Field, len(fields))
	names := make([]string, len(fields))
	for i, f := range fields {
		byName[f.Name], names[i] = f, f.Name
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		full := path + name
		if f := byName[name]; f != nil {
			im.noteNested(line, full, f.Type, object[name])
			continue
		}
		if im.noted[full] || path == "" && slices.Contains(metaNames[:], name) {
			continue
		}
		im.noted[full] = true
		what := "it is kept as it is"
		if path != "" {
			what = "no program will read or keep it"
		}
		im.notes = append(im.notes, LineProblem{line, fmt.Sprintf("the definition has no field %q%s; %s", full, diag.DidYouMean(name, names), what)})
	}
}

func (im *importer) noteNested(line int, path string, t *model.Type, v any) {
	switch v := v.(type) {
	case map[string]any:
		if t.Struct != nil {
			im.noteUnknown(line, path+".", t.Struct.Fields, v)
		}
	case []any:
		for _, item := range v {
			if t.Elem != nil {
				im.noteNested(line, path+"[]", t.Elem, item)
			}
		}
	}
}

// complete adds the meta data that a record has not.
func (im *importer) complete(value []byte, record map[string]any) []byte {
	now := im.now.UnixMilli()
	out := bytes.TrimSuffix(value, []byte("}"))
	add := func(name string, v int64) {
		if _, there := record[name]; !there {
			if len(out) > 1 {
				out = append(out, ',')
			}
			out = strconv.AppendInt(append(out, `"`+name+`":`...), v, 10)
		}
	}
	add("_version", 1)
	add("_createdAt", now)
	add("_updatedAt", now)
	if im.bucket.TTL > 0 {
		add("_expiresAt", im.now.Add(im.bucket.TTL).UnixMilli())
	}
	return append(out, '}')
}

// keyText is a key as the runtime stores it.
func keyText(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return string(codec.AppendString(nil, v)), nil
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return strconv.FormatInt(n, 10), nil
		}
		f, err := v.Float64()
		return string(codec.AppendFloat(nil, f)), err
	case nil:
		return "", errors.New("is the key, and not there")
	default:
		return "", errors.New("is the key, and neither a string nor a number")
	}
}
