package codec_test

import (
	"time"

	"github.com/noexgen/noexgen/runtime/codec"
)

// user is a record, with the code that the generator would write for it.
type user struct {
	ID       string
	Name     string
	Email    string
	Role     string
	Age      *int64
	Score    float64
	Active   bool
	JoinedAt time.Time
	Tags     []string
	Version  uint64
	Created  int64
	Updated  int64

	extra []byte // members the definition does not know
}

func (u *user) append(b []byte, f codec.Form) []byte {
	start := len(b)
	b = append(b, `{"id":`...)
	b = codec.AppendString(b, u.ID)
	b = append(b, `,"name":`...)
	b = codec.AppendString(b, u.Name)
	b = append(b, `,"email":`...)
	b = codec.AppendString(b, u.Email)
	b = append(b, `,"role":`...)
	b = codec.AppendString(b, u.Role)
	if u.Age != nil {
		b = append(b, `,"age":`...)
		b = codec.AppendInt(b, *u.Age)
	}
	b = append(b, `,"score":`...)
	b = codec.AppendFloat(b, u.Score)
	b = append(b, `,"active":`...)
	b = codec.AppendBool(b, u.Active)
	if !u.JoinedAt.IsZero() {
		b = append(b, `,"joinedAt":`...)
		b = codec.AppendTime(b, u.JoinedAt, f)
	}
	if u.Tags != nil {
		b = append(b, `,"tags":[`...)
		for i, tag := range u.Tags {
			if i > 0 {
				b = append(b, ',')
			}
			b = codec.AppendString(b, tag)
		}
		b = append(b, ']')
	}
	b = append(b, `,"_version":`...)
	b = codec.AppendInt(b, int64(u.Version))
	b = append(b, `,"_createdAt":`...)
	b = codec.AppendInt(b, u.Created)
	b = append(b, `,"_updatedAt":`...)
	b = codec.AppendInt(b, u.Updated)
	return codec.CloseObject(b, start, u.extra)
}

func (u *user) decode(d *codec.Decoder) {
	var seen uint64
	for more := d.Object(); more; more = d.NextMember() {
		switch string(d.Key()) {
		case "id":
			d.Seen(&seen, 0)
			u.ID = d.String()
		case "name":
			d.Seen(&seen, 1)
			u.Name = d.String()
		case "email":
			d.Seen(&seen, 2)
			u.Email = d.String()
		case "role":
			d.Seen(&seen, 3)
			switch role := d.StringView(); string(role) {
			case "user":
				u.Role = "user"
			case "admin":
				u.Role = "admin"
			default:
				u.Role = string(role)
			}
		case "age":
			d.Seen(&seen, 4)
			if !d.Null() {
				u.Age = new(d.Int())
			}
		case "score":
			d.Seen(&seen, 5)
			u.Score = d.Float()
		case "active":
			d.Seen(&seen, 6)
			u.Active = d.Bool()
		case "joinedAt":
			d.Seen(&seen, 7)
			if !d.Null() {
				u.JoinedAt = d.Time()
			}
		case "tags":
			d.Seen(&seen, 8)
			if !d.Null() {
				u.Tags = []string{}
				for more := d.Array(); more; more = d.NextElement() {
					u.Tags = append(u.Tags, d.String())
				}
			}
		case "_version":
			d.Seen(&seen, 9)
			u.Version = d.Uint()
		case "_createdAt":
			d.Seen(&seen, 10)
			u.Created = d.Int()
		case "_updatedAt":
			d.Seen(&seen, 11)
			u.Updated = d.Int()
		default:
			d.Keep(&u.extra)
		}
	}
}
