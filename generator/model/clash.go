package model

import (
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
)

// packageNames are the package-level names of every generated package.
var packageNames = [...]string{"Store", "Open", "Tx", "View", "Live", "Bridge"}

// storeMethods are the methods of Store, whose fields are the buckets.
var storeMethods = [...]string{
	"Close", "Flush", "On", "Tx", "View", "Live", "Settle", "PurgeExpired", "Stats", "Health",
	"Revision", "Export", "Import", "Backup", "Name", "Watch", "Changes", "Store", "RunTx", "RunView", "Start",
}

// recordNames are what every record has besides its fields.
var recordNames = [...]string{"Meta", "Version", "CreatedAt", "UpdatedAt", "ExpiresAt"}

// codecMethods are the methods of records and nested structs.
var codecMethods = [...]string{"MarshalJSON", "UnmarshalJSON"}

// scope is one Go name space. It reports a second claim to a name, and of one
// place in the definition only the first, since the rest follows from it.
type scope struct {
	*builder
	owners map[string]owner // by Go name
}

// owner is who has a name: what stands at pos or, where that is nowhere, the
// clause of a message that says it.
type owner struct {
	what string
	pos  diag.Pos
}

func (o owner) String() string {
	if o.pos == (diag.Pos{}) {
		return o.what
	}
	return "as has " + o.what + " at " + o.pos.String()
}

func (b *builder) newScope(reserved []string, clause string) *scope {
	s := &scope{builder: b, owners: make(map[string]owner)}
	for _, name := range reserved {
		s.owners[name] = owner{what: clause}
	}
	return s
}

// claim takes a name for what, which stands at pos. remedy says how to get
// another one.
func (s *scope) claim(name, what string, pos diag.Pos, remedy string) bool {
	other, taken := s.owners[name]
	if !taken {
		s.owners[name] = owner{what, pos}
		return true
	}
	if !s.clashed[pos] {
		s.clashed[pos] = true
		s.diags.Errorf(diag.NameClash, pos, "%s has the Go name %s, %s; %s", what, name, other, remedy)
	}
	return false
}

const (
	useGoName    = "choose another with goName"
	useRecord    = "choose another name for the record with record"
	useEnumEntry = "write { value: …, goName: … }"
)

// checkNames reports everything that would be declared twice.
func (b *builder) checkNames(pkg *Package) {
	b.checkFiles(pkg)
	store := b.newScope(storeMethods[:], "which is a method of Store")
	for _, bucket := range pkg.Buckets {
		store.claim(bucket.GoName, "the bucket "+strconv.Quote(bucket.Name), bucket.Pos, useGoName)
		b.checkFields(bucket.Fields, append(recordNames[:], codecMethods[:]...), "which every record has already")
		for _, st := range bucket.Structs {
			b.checkFields(st.Fields, codecMethods[:], "which is a method of the object")
		}
	}
	types := b.newScope(packageNames[:], "which every generated package has already")
	for _, bucket := range pkg.Buckets {
		types.claimBucket(bucket)
	}
}

// checkFiles reports buckets whose files would be one where case does not
// count.
func (b *builder) checkFiles(pkg *Package) {
	files := make(map[string]*Bucket)
	for _, bucket := range pkg.Buckets {
		lower := strings.ToLower(bucket.File)
		if other := files[lower]; other != nil {
			b.clashed[bucket.Pos] = true
			b.diags.Errorf(diag.NameClash, bucket.Pos, "the bucket %q differs from %q at %s in case only, and their files would be one on some systems; rename one of them", bucket.Name, other.Name, other.Pos)
			continue
		}
		files[lower] = bucket
	}
}

func (b *builder) checkFields(fields []*Field, reserved []string, clause string) {
	s := b.newScope(reserved, clause)
	for _, f := range fields {
		s.claim(f.GoName, "the field "+strconv.Quote(f.Name), f.Pos, useGoName)
	}
}

func (s *scope) claimBucket(bucket *Bucket) {
	in := " of bucket " + strconv.Quote(bucket.Name)
	if s.claim(bucket.Record, "the record"+in, bucket.Pos, useRecord) {
		for _, name := range bucket.goNames() {
			s.claim(name, "a type"+in, bucket.Pos, useRecord)
		}
	}
	for _, st := range bucket.Structs {
		s.claim(st.GoName, "the object "+st.Path+in, st.Pos, useGoName)
	}
	for _, e := range bucket.Enums {
		if !s.claim(e.GoName, "the enum "+e.Path+in, e.Pos, useGoName) {
			continue
		}
		s.claim(e.ValuesVar(), "the list of values of "+e.Path+in, e.Pos, useGoName)
		for _, v := range e.Values {
			s.claim(v.GoName, "this value of "+e.Path+in, v.Pos, useEnumEntry)
		}
	}
}
