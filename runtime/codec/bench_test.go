package codec_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/noexgen/noexgen/runtime/codec"
)

// jsonUser is user as encoding/json writes it.
type jsonUser struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Email    string     `json:"email"`
	Role     string     `json:"role"`
	Age      *int64     `json:"age,omitempty"`
	Score    float64    `json:"score"`
	Active   bool       `json:"active"`
	JoinedAt *time.Time `json:"joinedAt,omitempty"`
	Tags     []string   `json:"tags,omitempty"`
	Version  uint64     `json:"_version"`
	Created  int64      `json:"_createdAt"`
	Updated  int64      `json:"_updatedAt"`
}

// flatUser has scalar members only, 10 of them.
func flatUser() user {
	return user{
		ID: "f1d6eb08-9ad6-4cd4-86c2-ff7536b002ea", Name: "Žofie Nováková 42", Email: "user-42@example.com",
		Role: "admin", Age: new(int64(42)), Score: 1234.5625, Active: true,
		Version: 7, Created: 1795391039019, Updated: 1795391039029,
	}
}

// fullUser has a date and a list too.
func fullUser() user {
	u := flatUser()
	u.JoinedAt = time.UnixMilli(1700279955744).UTC()
	u.Tags = []string{"alpha", "beta", "gamma"}
	return u
}

func (u *user) json() *jsonUser {
	j := &jsonUser{u.ID, u.Name, u.Email, u.Role, u.Age, u.Score, u.Active, nil, u.Tags, u.Version, u.Created, u.Updated}
	if !u.JoinedAt.IsZero() {
		j.JoinedAt = &u.JoinedAt
	}
	return j
}

var shapes = map[string]func() user{"flat": flatUser, "full": fullUser}

func BenchmarkEncode(b *testing.B) {
	for name, shape := range shapes {
		u := shape()
		b.Run(name+"/codec", func(b *testing.B) {
			var buf []byte
			for b.Loop() {
				buf = u.append(buf[:0], codec.Plain)
			}
			b.SetBytes(int64(len(buf)))
			b.ReportAllocs()
		})
		b.Run(name+"/json", func(b *testing.B) {
			var buf []byte
			j := u.json()
			for b.Loop() {
				buf, _ = json.Marshal(j)
			}
			b.SetBytes(int64(len(buf)))
			b.ReportAllocs()
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, shape := range shapes {
		u := shape()
		data := u.append(nil, codec.Plain)
		b.Run(name+"/codec", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			var d codec.Decoder
			for b.Loop() {
				var u user
				d.Reset(data)
				u.decode(&d)
				if err := d.End(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/json", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				var u jsonUser
				if err := json.Unmarshal(data, &u); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompact(b *testing.B) {
	u := fullUser()
	data := []byte("[" + strings.Repeat(string(u.append(nil, codec.Stored))+",\n", 999) + string(u.append(nil, codec.Stored)) + "]")
	b.SetBytes(int64(len(data)))
	var buf []byte
	for b.Loop() {
		buf, _ = codec.Compact(buf[:0], data)
	}
}

func BenchmarkAny(b *testing.B) {
	u := fullUser()
	data := u.append(nil, codec.Stored)
	b.Run("decode/codec", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		var d codec.Decoder
		for b.Loop() {
			d.Reset(data)
			d.Any()
		}
	})
	b.Run("decode/json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			var v any
			_ = json.Unmarshal(data, &v)
		}
	})
	v := codec.NewDecoder(data).Any()
	b.Run("encode/codec", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf = codec.AppendAny(buf[:0], v, codec.Stored)
		}
		b.ReportAllocs()
	})
	b.Run("encode/json", func(b *testing.B) {
		for b.Loop() {
			_, _ = json.Marshal(v)
		}
		b.ReportAllocs()
	})
	b.Run("skip", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		var d codec.Decoder
		for b.Loop() {
			d.Reset(data)
			d.Skip()
		}
	})
}
